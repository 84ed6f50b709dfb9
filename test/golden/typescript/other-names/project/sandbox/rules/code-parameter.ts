/** Gives the code under the declared name. */
import type { Rule } from "../behaviour.js";

export const rule: Rule = {
  writeRedirect(redirect, { definition: { codeParam } }) {
    const code = redirect.searchParams.get("code");
    if (codeParam === undefined || code === null) return redirect;
    const changed = new URL(redirect);
    changed.searchParams.delete("code");
    changed.searchParams.set(codeParam, code);
    return changed;
  },
};
