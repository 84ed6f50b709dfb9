import type { HookKind } from "../../src/core/known-provider.js";

/** An answers document, as far as the wire knows it: the keys of "The provider" and "Odd providers". */
export interface WireAnswers {
  readonly name: string;
  readonly domain?: string;
  readonly issuer?: string;
  readonly issParameter?: boolean;
  readonly authorizationUrl: string;
  readonly tokenUrl: string;
  readonly refreshUrl?: string;
  readonly revocationUrl?: string;
  readonly deviceAuthorizationUrl?: string;
  readonly apiBaseUrl?: string;
  readonly scopes?: readonly string[];
  readonly scopeSeparator?: string;
  readonly pkce?: "S256" | "none";
  readonly clientAuth?:
    | "client_secret_post"
    | "client_secret_basic"
    | "client_secret_basic_raw"
    | "none";
  readonly authorizationParams?: Texts;
  readonly tokenParams?: Texts;
  readonly refreshParams?: Texts;
  readonly tokenBodyFormat?: "form" | "json" | "query";
  readonly tokenHeaders?: Texts;
  readonly tokenPath?: string;
  readonly renameParams?: Texts;
  readonly renameAuthorizationParams?: Texts;
  readonly renameTokenParams?: Texts;
  readonly renameTokenFields?: Texts;
  readonly codeParam?: string;
  readonly apiAuthHeader?: string;
  readonly apiHeaders?: Texts;
  readonly variables?: readonly Variable[];
  readonly capture?: readonly Capture[];
  readonly tokensExpire?: boolean;
  readonly assumedLifetime?: number;
  readonly account?: AccountOf;
  readonly redirect?: Redirect;
  readonly registrationUrl?: string;
  readonly docsUrl?: string;
}

export type Texts = Readonly<Record<string, string>>;

export interface Variable {
  readonly name: string;
  readonly label: string;
  readonly pattern?: string;
  readonly example?: string;
  readonly default?: string;
  readonly secret?: boolean;
  readonly optional?: boolean;
}

export interface Capture {
  readonly name: string;
  readonly from: "token" | "redirect";
  readonly key: string;
  readonly hostSuffixes?: readonly string[];
  readonly pattern?: string;
}

export type AccountOf =
  | "none"
  | {
      readonly path: string;
      readonly id: string;
      readonly name?: string;
      readonly query?: Texts;
      readonly method?: "GET" | "POST";
    }
  | { readonly claim: string; readonly name?: string; readonly token?: "access_token" | "id_token" }
  | { readonly tokenField: string; readonly name?: string };

export interface Redirect {
  readonly host?: string;
  /** The text REDIRECT_PORT stands for a port of the case's own. */
  readonly port?: number | "REDIRECT_PORT";
  readonly path?: string;
  readonly url?: string;
}

/** How the answers of the server differ from those of RFC 6749, section 5.1. What is left out is as the RFC has it. */
export interface Oddities {
  readonly shape?: "form" | "201" | "extra members";
  /** `null`: a member without a value; the empty text: no member. */
  readonly tokenType?: string | null;
  readonly lifetime?: "text" | "absent" | "null" | "seconds" | "milliseconds" | "date";
  readonly scope?: "absent" | "null" | "list" | "spaces" | "fewer";
  readonly refresh?: "no new token" | "null" | "200 with an error" | "revoked";
  readonly link?: "200 with an error";
  readonly idToken?: "unasked";
  readonly redirect?: "iss" | "wrong iss" | "no iss" | "id_token" | "extra";
}

/** What an answers document does not say about a server. */
export interface ServerOptions {
  /** The values that the account is linked with. */
  readonly variables?: Texts;
  /** What the server gives for each capture, by its name; at a link, and (`null`: nothing) at a refresh. */
  readonly captured?: Readonly<Record<string, string | number>>;
  readonly capturedAtRefresh?: Readonly<Record<string, string | null>>;
  /** Values that no client may capture. */
  readonly unfit?: readonly string[];
  /** A dotted key stands in the token answer as it is, not as nested objects. */
  readonly literalKeys?: boolean;
  /** The token answer has the standard names, whatever is declared. */
  readonly standardFields?: boolean;
  /** Queries may be encoded as a URI wants it, which leaves more characters as they are than a form does. */
  readonly queriesOfUris?: boolean;
  readonly odd?: Oddities;
  /** How long tokens live, in seconds, by the request that gives them. */
  readonly lifetimes?: Readonly<Partial<Record<"token" | "refresh", number>>>;
  /** Requests that the server cannot answer now. */
  readonly down?: readonly ("refresh" | "account" | "api")[];
  /** What it does that no answer says. */
  readonly hook?: HookKind;
  /** What GET of more paths of the API gives. */
  readonly documents?: Readonly<Record<string, object>>;
  /** The app that was registered. */
  readonly client?: { readonly id: string; readonly secret: string };
  readonly user?: { readonly id: string | number; readonly name: string };
  /** What polling is answered before the token comes (RFC 8628, section 3.5); later sign-ins get it at once. */
  readonly polling?: readonly ("authorization_pending" | "slow_down")[];
}

/** Odd characters, so that every wrong encoding shows. No colon in the id: HTTP Basic has none (RFC 7617, section 2). */
export const CLIENT = { id: "wire-app_1+%41", secret: "S3cr3t-_.~+/=:&%42*!" } as const;

export const USER = { id: "user-7", name: "Ada Lovelace" } as const;

/** Puts the ports of the server, and one for the redirect, where a document names them. */
export function withPorts<Document>(
  document: Document,
  ports: Readonly<Record<"PORT" | "OTHER_PORT" | "REDIRECT_PORT", number>>,
): Document {
  const text = JSON.stringify(document)
    .replaceAll('"REDIRECT_PORT"', String(ports.REDIRECT_PORT))
    .replaceAll("OTHER_PORT", String(ports.OTHER_PORT))
    .replaceAll("PORT", String(ports.PORT));
  return JSON.parse(text) as Document;
}
