/** Takes the access token from the declared header only, and gives it a type of its own. */
import type { Rule } from "../behaviour.js";

export const rule: Rule = {
  writeTokenAnswer(answer, _user, { definition }) {
    return definition.apiAuthHeader === undefined ? answer : { ...answer, token_type: "session" };
  },
  readToken({ definition: { apiAuthHeader = "Authorization: Bearer {token}" }, request }) {
    const [, name = "", before = "", after = ""] =
      /^([^:]+):\s*(.*)\{token\}(.*)$/.exec(apiAuthHeader) ?? [];
    const sent = String(request.headers[name.toLowerCase()] ?? "");
    const isAsDeclared = sent.startsWith(before) && sent.endsWith(after);
    return isAsDeclared ? sent.slice(before.length, sent.length - after.length) : "";
  },
};
