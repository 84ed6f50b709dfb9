/** Knows renamed parameters by their declared names only. */
import { isTokenRequest, refuse, type Rule, type Visit } from "../behaviour.js";

export const rule: Rule = {
  readParameters(parameters, visit) {
    const names = namesFor(visit);
    const standardOf = new Map(Object.entries(names).map(([standard, name]) => [name, standard]));
    const pairs = [...parameters].map(([name, value]): [string, string] => {
      const standard = standardOf.get(name);
      if (standard === undefined && Object.hasOwn(names, name))
        refuse(`${name} is not known here.`);
      return [standard ?? name, value];
    });
    return new URLSearchParams(pairs);
  },
};

function namesFor({ definition, request }: Visit): Readonly<Record<string, string>> {
  const { renameParams, renameAuthorizationParams, renameTokenParams } = definition;
  if (request.path === "/auth") return { ...renameParams, ...renameAuthorizationParams };
  return { ...renameParams, ...(isTokenRequest(request) && renameTokenParams) };
}
