import { bad, good, line, reader, type Reading, yesOrNo } from "../readers.js";
import { originOf, url, urlTemplate } from "../urls.js";
import { always, question, text } from "./question.js";

const endpoint = urlTemplate({ query: true });

const publicUrl = url({ query: true, loopback: false });

/** A client id that is a URL has a path (Client ID Metadata Documents). */
function clientMetadataUrl(said: unknown): Reading<string> {
  const address = publicUrl(said);
  return address.ok && new URL(address.value).pathname === "/"
    ? bad("must have a path, like https://acme.com/client-metadata.json.")
    : address;
}

const place = line(2048);

/** The state file holds it, and goes to other systems: a path has `/` between folders, which every system takes. */
function readPlace(said: unknown): Reading<string> {
  const found = place(said);
  if (!found.ok || /^https?:\/\//iu.test(found.value)) return found;
  return good(found.value.replaceAll("\\", "/"));
}

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
  resource: question({
    group: "provider",
    kind: "text",
    message: "URL of the API (resource)",
    help: "URL of the API: its metadata leads to the issuer (RFC 9728); sent as resource (RFC 8707)",
    example: "https://api.acme.com/v1",
    read: url({ query: true, loopback: true }),
  }),
  openapi: question({
    group: "provider",
    kind: "text",
    message: "OpenAPI document",
    help: "file or URL of an OpenAPI 3 document: gives URLs, scopes and a typed client",
    example: "openapi.yaml",
    read: reader(place.takes, readPlace),
  }),
  openapiScheme: question({
    group: "provider",
    kind: "text",
    message: "Security scheme of the OpenAPI document",
    help: "which of the OpenAPI document's security schemes (default: the only one for OAuth2)",
    example: "oauth2",
    read: line(200),
  }),
  registrationEndpoint: question({
    group: "provider",
    kind: "text",
    message: "Registration endpoint",
    help: "URL where the program registers itself as a client (RFC 7591)",
    example: "https://auth.acme.com/oauth/register",
    read: url({ query: true, loopback: true }),
  }),
  clientMetadataUrl: question({
    group: "provider",
    kind: "text",
    message: "URL of client-metadata.json",
    help: "https URL under which you publish client-metadata.json: it is then the client id",
    example: "https://acme.example.org/client-metadata.json",
    read: reader(publicUrl.takes, clientMetadataUrl),
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
    fallback: ({ resource, tokenUrl }) => originOf(text(resource) ?? text(tokenUrl)),
  }),
} as const;
