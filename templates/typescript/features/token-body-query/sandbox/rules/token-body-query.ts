/** Takes the parameters of token requests from the address, and from no body. */
import { refuse, type Rule } from "../behaviour.js";

export const rule: Rule = {
  decodeBody({ definition, request }) {
    if (definition.tokenBodyFormat !== "query") return request.form;
    return request.body === "" ? request.query : refuse("The parameters belong in the address.");
  },
};
