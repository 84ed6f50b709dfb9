/** Says in the token answer whose token it is. */
import type { Rule } from "../behaviour.js";
import { placeAccount } from "../place-account.js";

export const rule: Rule = {
  writeTokenAnswer(answer, user, { definition: { account } }) {
    if (account === undefined) return answer;
    return placeAccount(answer, user, account.tokenField, account.name);
  },
};
