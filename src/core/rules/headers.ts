import { headerParts } from "../headers.js";
import type { Answers } from "../questions.js";
import { isBasic } from "./parameters.js";
import { type Finding, findIf, type Rule } from "./rule.js";

/** Nothing replaces the header that proves who the client is, that carries the token, or that says what the body is. */
export const headersRule: Rule = (answers) => {
  const { clientAuth, tokenHeaders, apiHeaders, apiAuthHeader } = answers;
  const carrier = apiAuthHeader === undefined ? "Authorization" : headerParts(apiAuthHeader).name;
  return [
    ...contentType(answers),
    ...findIf(
      isBasic(clientAuth) && names(tokenHeaders).includes("authorization"),
      "tokenHeaders",
      `sets authorization, in which --client-auth ${clientAuth} puts id and secret. Take it out, or say another --client-auth.`,
    ),
    ...findIf(
      names(apiHeaders).includes(carrier.toLowerCase()),
      "apiHeaders",
      `sets ${carrier.toLowerCase()}, which carries the access token. Take it out, or say --api-auth-header for that header.`,
    ),
  ];
};

/** What a content type has to say of a body; a query has none. */
const BODIES = { form: /x-www-form-urlencoded/iu, json: /json/iu, query: /^/u } as const;

/** Another word for the same form is fine ("application/vnd.acme+json"), a wrong one is not. */
function contentType({ tokenBodyFormat = "form", tokenHeaders = {} }: Answers): readonly Finding[] {
  const said = Object.entries(tokenHeaders).find(([name]) => name.toLowerCase() === "content-type");
  return findIf(
    said !== undefined && !BODIES[tokenBodyFormat].test(said[1]),
    "tokenHeaders",
    `sets ${said?.[0]} to ${said?.[1]}, and --token-body-format ${tokenBodyFormat} sends another body. Take it out, or say another --token-body-format.`,
  );
}

function names(headers: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.keys(headers).map((name) => name.toLowerCase());
}
