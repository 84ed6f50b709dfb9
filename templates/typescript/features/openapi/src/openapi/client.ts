// Managed by the template: updates carry fixes for this file, so better do not edit it.
import createClient, { type Client, defaultPathSerializer } from "openapi-fetch";
import { IntegrationError } from "../errors.js";
import { authorizedFetch } from "../oauth/http.js";
import type { ApiRequest, Integration } from "../oauth/provider.js";
import type { OAuth2Session } from "../oauth/session.js";
import type { paths } from "./types.js";

/** A method for each kind of request; its paths, parameters and answers have the types of the OpenAPI document. */
export type OpenApiClient<Paths extends object = paths> = Client<Paths>;

/** Stands for the API's address, which the session knows. */
const PLACE = "http://api.invalid";

/**
 * The API as its OpenAPI document describes it, called as the linked account. A refused token is replaced once.
 * Calls throw as `authorizedFetch`: `error` of an answer is never set.
 */
export function openApiClient<Paths extends object = paths>(
  session: OAuth2Session,
): OpenApiClient<Paths> {
  return createClient<Paths>({
    baseUrl: PLACE,
    fetch: (request) => send(session, request),
    pathSerializer: serializePath,
  });
}

/** URLs are cleaned of steps upwards before anybody could see them. */
const serializePath: typeof defaultPathSerializer = (path, values) => {
  const filled = defaultPathSerializer(path, values);
  if (!/\/\.{1,2}(\/|$)/.test(filled)) return filled;
  throw new IntegrationError("usage", "A parameter of the path must not be a step upwards.");
};

async function send(session: OAuth2Session, request: Request): Promise<Response> {
  const { method, signal } = request;
  const { pathname, search } = new URL(request.url);
  const jsonText = request.body === null ? undefined : await textOf(request);
  const call = { method, path: pathname + search, jsonText, signal };
  const { status, headers, text } = await authorizedFetch(withHeadersOf(request, session), call);
  // The text is whole and decoded: the API's words about its length and coding do not fit it.
  const { "content-length": _, "content-encoding": __, ...rest } = headers;
  const told = Object.entries(rest).flatMap(([name, value = ""]) =>
    [value].flat().map((line): [string, string] => [name, line]),
  );
  return new Response(text === "" ? null : text, { status, headers: told });
}

/** Text of any kind can be sent. */
async function textOf(request: Request): Promise<string> {
  const type = request.headers.get("content-type") ?? "";
  if (/^(text\/|application\/([\w.+-]*(json|xml)|x-www-form-urlencoded)\b)/i.test(type))
    return request.text();
  const message = `A body of the type ${type} cannot be sent. Send text, JSON, XML or a form.`;
  throw new IntegrationError("usage", message);
}

/** The session, whose requests carry the headers of this one, too. */
function withHeadersOf(request: Request, session: OAuth2Session) {
  const onApiRequest = (sent: ApiRequest): ApiRequest => {
    const headers = new Headers(sent.headers);
    for (const [name, value] of request.headers)
      if (name !== "authorization") headers.set(name, value);
    return { ...sent, headers };
  };
  return {
    accessToken: (rejected?: string): Promise<string> => session.accessToken(rejected),
    requireCallable: (): void => session.requireCallable(),
    keepApiRetry: (retryAfter: number): Promise<void> => session.keepApiRetry(retryAfter),
    get context(): Integration {
      const { context } = session;
      return { ...context, mechanisms: [{ onApiRequest }, ...context.mechanisms] };
    },
  };
}
