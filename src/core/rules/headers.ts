import { headerParts } from "../headers.js";
import { isBasic } from "./parameters.js";
import { findIf, type Rule } from "./rule.js";

/** Nothing replaces the header that proves who the client is, or that carries the token. */
export const headersRule: Rule = ({ clientAuth, tokenHeaders, apiHeaders, apiAuthHeader }) => {
  const carrier = apiAuthHeader === undefined ? "Authorization" : headerParts(apiAuthHeader).name;
  return [
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

function names(headers: Readonly<Record<string, string>> = {}): readonly string[] {
  return Object.keys(headers).map((name) => name.toLowerCase());
}
