/** Takes the parameters of token requests from an object in JSON, and from no form. */
import { isJson, refuse, type Rule } from "../behaviour.js";

export const rule: Rule = {
  decodeBody({ definition, request }) {
    if (definition.tokenBodyFormat !== "json") return request.form;
    const isSaid = /\bjson\b/i.test(request.headers["content-type"] ?? "");
    const body: unknown = isSaid ? JSON.parse(request.body) : undefined;
    if (!isJson(body)) return refuse("The body is no object in JSON.");
    const pairs = Object.entries(body).map(([name, value]): [string, string] => {
      return [name, typeof value === "string" ? value : refuse(`${name} is no text.`)];
    });
    return new URLSearchParams(pairs);
  },
};
