/** The sandbox sends the word "sandbox" as each value that clients are to capture. */
import { isJson, type Json, type Rule } from "../behaviour.js";

export const rule: Rule = {
  announce(definition) {
    const { capture, hostSuffixes: _, ...rest } = definition;
    if (capture === undefined) return definition;
    return { ...rest, capture: capture.map(({ pattern: __, ...each }) => each) };
  },
  writeRedirect(redirect, { definition }) {
    const changed = new URL(redirect);
    for (const { from, key } of definition.capture ?? []) {
      if (from === "redirect") changed.searchParams.set(key, "sandbox");
    }
    return changed;
  },
  writeTokenAnswer(answer, _user, { definition }) {
    const keys = (definition.capture ?? []).filter(({ from }) => from === "token");
    return keys.reduce((written, { key }) => place(written, key.split(".")), answer);
  },
};

/** The answer with one more member; what is there already stays. */
function place(answer: Json, [head = "", ...rest]: readonly string[]): Json {
  const inner = answer[head];
  if (rest.length === 0) return { [head]: "sandbox", ...answer };
  return { ...answer, [head]: place(isJson(inner) ? inner : {}, rest) };
}
