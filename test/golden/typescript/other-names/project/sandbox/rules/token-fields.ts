/** Puts the token where the definition has it, and another one where nobody may look for it. */
import type { Json, Rule } from "../behaviour.js";
import { writePath } from "../write-path.js";

const PARTS = /^(access_token|refresh_token|expires_in|scope|token_type|id_token)$/;
const ANOTHER = { access_token: "another", refresh_token: "another", scope: "another" };

export const rule: Rule = {
  writeTokenAnswer(answer, _user, { definition: { tokenPath, renameTokenFields = {} } }) {
    const members = Object.entries(answer);
    const token = Object.fromEntries(members.filter(([name]) => PARTS.test(name)));
    const rest = Object.fromEntries(members.filter(([name]) => !PARTS.test(name)));
    const beside: Json = tokenPath === undefined ? rest : { ...ANOTHER, ...rest };
    const path = tokenPath === undefined ? "" : `${tokenPath}.`;
    return Object.entries("expires_at" in renameTokenFields ? withEnd(token) : token).reduce(
      (written, [name, value]) =>
        writePath(written, path + (renameTokenFields[name] ?? name), value),
      beside,
    );
  },
};

/** With the point in time when the token ends, in the place of the time until then. */
function withEnd({ expires_in: life, ...token }: Json): Json {
  if (typeof life !== "number") return token;
  return { ...token, expires_at: new Date(Date.now() + life * 1000).toISOString() };
}
