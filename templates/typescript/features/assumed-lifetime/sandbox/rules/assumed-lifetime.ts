/** Does not say how long a token lives. */
import type { Rule } from "../behaviour.js";

export const rule: Rule = {
  writeTokenAnswer(answer, _user, { definition }) {
    const { expires_in: _, ...silent } = answer;
    return definition.assumedLifetime === undefined ? answer : silent;
  },
};
