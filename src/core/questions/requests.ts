import { apiAuthHeader, headers } from "../headers.js";
import {
  codeParam,
  parameterName,
  parameters,
  renames,
  STANDARD_PARAMETERS,
} from "../parameters.js";
import { bad, good, listOf, oneOf, pattern, reader } from "../readers.js";
import { dottedPath } from "../structures.js";
import { always, NO_TEXTS, question } from "./question.js";

const NO_SCOPES: readonly string[] = [];

/** RFC 6749, section 2.3.1; "raw" leaves out the form encoding that it asks for. */
const CLIENT_AUTHENTICATIONS = [
  "client_secret_post",
  "client_secret_basic",
  "client_secret_basic_raw",
  "none",
] as const;

const SEPARATOR = {
  kind: "text",
  rule: "be one space, or printable ASCII characters without one",
  pattern: "^(?: {1,10}|[!-~]{1,10})$",
  most: 10,
  whole: true,
} as const;

const BODY_FORMATS = ["form", "json", "query"] as const;

/** What is read from a token answer (RFC 6749, section 5.1), and an absolute expiry, which some give instead. */
const TOKEN_FIELDS = [
  "access_token",
  "refresh_token",
  "expires_in",
  "expires_at",
  "scope",
  "token_type",
  "id_token",
];

/** What the requests to the provider look like, and its answers. */
export const requestQuestions = {
  scopes: question({
    group: "provider",
    kind: "list",
    message: "Scopes, separated by spaces",
    help: "scopes to ask for, separated by spaces",
    example: "read offline_access",
    short: true,
    read: listOf(
      pattern(
        /^[\u0021\u0023-\u005b\u005d-\u007e]+$/u,
        "hold only the characters of a scope (RFC 6749, section 3.3)",
      ),
    ),
    fallback: always(NO_SCOPES),
  }),
  scopeSeparator: question({
    group: "provider",
    kind: "text",
    message: "Separator between scopes",
    help: "what stands between scopes in a request (default: a space)",
    example: ",",
    offers: [
      { value: " ", name: "a space" },
      { value: ",", name: "a comma" },
    ],
    read: reader(SEPARATOR, (said) => {
      if (typeof said !== "string" || !/^[ -~]{1,10}$/u.test(said))
        return bad("must be one to ten printable ASCII characters.");
      if (said.includes(" ") && said.trim() !== "")
        return bad(
          `must not mix spaces with other characters, as ${JSON.stringify(said)} does. Say ${JSON.stringify(said.trim())}, or one space.`,
        );
      return good(said);
    }),
    fallback: always(" "),
  }),
  pkce: question({
    group: "provider",
    kind: "choice",
    message: "PKCE (RFC 7636)",
    help: "PKCE method (RFC 7636)",
    example: "S256",
    choices: ["S256", "none"],
    read: oneOf(["S256", "none"]),
    fallback: always("S256" as const),
  }),
  clientAuth: question({
    group: "provider",
    kind: "choice",
    message: "How the client authenticates at the token endpoint",
    help: "how the client authenticates at the token endpoint",
    example: "client_secret_basic",
    choices: CLIENT_AUTHENTICATIONS,
    read: oneOf(CLIENT_AUTHENTICATIONS),
    fallback: ({ clientMetadataUrl }) =>
      clientMetadataUrl === undefined ? ("client_secret_post" as const) : ("none" as const),
  }),
  authorizationParams: question({
    group: "provider",
    kind: "map",
    message: "Extra parameters of the authorization request",
    help: "extra parameter of the authorization request; an empty value removes one",
    example: "access_type=offline",
    read: parameters,
    fallback: always(NO_TEXTS),
  }),
  tokenParams: question({
    group: "provider",
    kind: "map",
    message: "Extra parameters of the token request",
    help: "extra parameter of the token request; an empty value removes one",
    example: "audience=api",
    read: parameters,
    fallback: always(NO_TEXTS),
  }),
  refreshParams: question({
    group: "provider",
    kind: "map",
    message: "Extra parameters of the refresh request",
    help: "extra parameter of the refresh request; an empty value removes one",
    example: "scope=",
    read: parameters,
    fallback: always(NO_TEXTS),
  }),
  tokenBodyFormat: question({
    group: "provider",
    kind: "choice",
    message: "How the token request carries its parameters",
    help: "how token requests carry their parameters; query: in the URL, with an empty body",
    example: "json",
    choices: BODY_FORMATS,
    read: oneOf(BODY_FORMATS),
    fallback: always("form" as const),
  }),
  tokenHeaders: question({
    group: "provider",
    kind: "map",
    message: "Extra headers of the token request",
    help: "extra header of token requests; may hold placeholders",
    example: "accept=application/json",
    read: headers,
    fallback: always(NO_TEXTS),
  }),
  tokenPath: question({
    group: "provider",
    kind: "text",
    message: "Where the token stands in the answer",
    help: "dotted path to the object that holds the token in the answer (default: the answer itself)",
    example: "authed_user",
    read: dottedPath,
  }),
  renameParams: question({
    group: "provider",
    kind: "map",
    message: "Parameters with other names, in every request",
    help: "a standard parameter and the provider's name for it, in every request",
    example: "client_id=client_key",
    read: renames(Object.values(STANDARD_PARAMETERS).flat(), parameterName),
    fallback: always(NO_TEXTS),
  }),
  renameAuthorizationParams: question({
    group: "provider",
    kind: "map",
    message: "Parameters with other names, in the authorization request",
    help: "the same for the authorization request alone",
    example: "scope=user_scope",
    read: renames(STANDARD_PARAMETERS.authorization, parameterName),
    fallback: always(NO_TEXTS),
  }),
  renameTokenParams: question({
    group: "provider",
    kind: "map",
    message: "Parameters with other names, in token requests",
    help: "the same for token requests alone",
    example: "code=auth_code",
    read: renames(
      [
        ...STANDARD_PARAMETERS.token,
        ...STANDARD_PARAMETERS.refresh,
        ...STANDARD_PARAMETERS.deviceToken,
      ],
      parameterName,
    ),
    fallback: always(NO_TEXTS),
  }),
  renameTokenFields: question({
    group: "provider",
    kind: "map",
    message: "Members of the token answer with other names",
    help: "a standard member of the token answer and the provider's name or dotted path for it",
    example: "access_token=accessToken",
    read: renames(TOKEN_FIELDS, dottedPath),
    fallback: always(NO_TEXTS),
  }),
  codeParam: question({
    group: "provider",
    kind: "text",
    message: "Name of the code in the redirect",
    help: "name of the code in the redirect (default: code)",
    example: "auth_code",
    read: codeParam,
    fallback: always("code"),
  }),
  apiAuthHeader: question({
    group: "provider",
    kind: "text",
    message: "Header that carries the access token to the API",
    help: "header that carries the access token to the API (default: Authorization: Bearer {token})",
    example: "X-Api-Token: {token}",
    read: apiAuthHeader,
  }),
  apiHeaders: question({
    group: "provider",
    kind: "map",
    message: "Extra headers of API requests",
    help: "extra header of API requests; may hold placeholders",
    example: "x-api-version=2",
    read: headers,
    fallback: always(NO_TEXTS),
  }),
} as const;
