/** Refuses requests to the API without the declared headers. */
import { checkDeclared, type Rule } from "../behaviour.js";

export const rule: Rule = {
  writeApiAnswer(answer, _user, { definition: { apiHeaders = {} }, request: { headers } }) {
    checkDeclared((name) => String(headers[name.toLowerCase()] ?? ""), apiHeaders);
    return answer;
  },
};
