import { yesOrNo } from "../readers.js";
import { originOf, urlTemplate } from "../urls.js";
import { always, question, text } from "./question.js";

const endpoint = urlTemplate({ query: true });

/** Where the provider is. */
export const endpointQuestions = {
  issuer: question({
    group: "provider",
    kind: "text",
    message: "Issuer",
    help: "issuer identifier of the authorization server; checked in its answers",
    example: "https://auth.acme.com",
    read: urlTemplate({ query: false }),
  }),
  issParameter: question({
    group: "provider",
    kind: "yes-no",
    message: "The server announces iss in the redirect (RFC 9207)",
    help: "the server announces iss in the redirect (RFC 9207)",
    example: "true",
    read: yesOrNo,
    fallback: always(false),
  }),
  authorizationUrl: question({
    group: "provider",
    kind: "text",
    message: "Authorization URL",
    help: "URL of the authorization endpoint",
    example: "https://auth.acme.com/oauth/authorize",
    short: true,
    required: true,
    read: endpoint,
  }),
  tokenUrl: question({
    group: "provider",
    kind: "text",
    message: "Token URL",
    help: "URL of the token endpoint",
    example: "https://auth.acme.com/oauth/token",
    short: true,
    required: true,
    read: endpoint,
  }),
  refreshUrl: question({
    group: "provider",
    kind: "text",
    message: "Refresh URL",
    help: "URL for refresh requests (default: the token URL)",
    example: "https://auth.acme.com/oauth/refresh",
    read: endpoint,
  }),
  revocationUrl: question({
    group: "provider",
    kind: "text",
    message: "Revocation URL",
    help: "URL of the revocation endpoint (RFC 7009)",
    example: "https://auth.acme.com/oauth/revoke",
    read: endpoint,
  }),
  deviceAuthorizationUrl: question({
    group: "provider",
    kind: "text",
    message: "Device authorization URL",
    help: "URL of the device authorization endpoint (RFC 8628)",
    example: "https://auth.acme.com/oauth/device",
    read: endpoint,
  }),
  apiBaseUrl: question({
    group: "provider",
    kind: "text",
    message: "Base URL of the API",
    help: "base URL of the API, may have a path (default: origin of the token URL)",
    example: "https://api.acme.com/v1",
    read: urlTemplate({ query: false }),
    fallback: ({ tokenUrl }) => originOf(text(tokenUrl)),
  }),
} as const;
