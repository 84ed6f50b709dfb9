/** Says at the declared call whose token it is, to the declared method and query only. */
import { checkDeclared, refuse, type Rule } from "../behaviour.js";
import { placeAccount } from "../place-account.js";

export const rule: Rule = {
  writeApiAnswer(answer, user, { definition: { account }, request }) {
    if (account === undefined) return answer;
    const { pathname, searchParams } = new URL(account.path, "https://api.invalid");
    if (!request.path.endsWith(pathname)) return answer;
    const query = { ...Object.fromEntries(searchParams), ...account.query };
    checkDeclared((name) => request.query.get(name) ?? "", query);
    const { method = "GET" } = account;
    if (request.method !== method) refuse("Another method is declared.", "bad_method", 405);
    return placeAccount(answer, user, account.id, account.name);
  },
};
