// Made from the questions: npm run docs writes it.

/** What is said about a service and its project: a member for each question. */
export interface Answers {
  /** What to generate. */
  readonly templateSet?: "typescript" | "home-assistant";
  /** Id of a known provider: gives defaults for all that follows (see providers). Takes text that must be an id: lower-case letters, digits and -, at most 50 characters. */
  readonly provider?: string;
  /** What people call the service. */
  readonly name?: string;
  /** The name in code: lower-case letters, digits and _. Takes text that must start with a letter and hold only a-z, 0-9 and _, at most 50 characters. */
  readonly domain?: string;
  /** One line about the project. */
  readonly description?: string;
  /** Https URL of the repository: gives documentation, issue tracker and code owner (default: the remote named origin). Takes text that must be an https URL, without a query, at most 2048 characters. */
  readonly repository?: string;
  /** Name of the npm package. Takes text that must be an npm name: lower-case letters, digits, -, _ and ., with or without a @scope/, at most 214 characters. */
  readonly packageName?: string;
  /** License of the project. */
  readonly license?: "MIT" | "Apache-2.0" | "BSD-3-Clause" | "ISC" | "UNLICENSED";
  /** Author of the project (default: git config user.name). */
  readonly author?: string;
  /** Year of the copyright (default: this year). Takes a whole number from 1000 to 2999. */
  readonly year?: number | string;
  /** Workflows for continuous integration in the project. */
  readonly ci?: boolean;
  /** A file of yours that may change each request: written once, never updated. */
  readonly hooks?: boolean;
  /** Keep the key of the stored tokens in the system's keychain. */
  readonly keychain?: boolean;
  /** Let the domain be that of a built-in integration of Home Assistant, and take its place. */
  readonly allowCoreDomain?: boolean;
  /** Sensors of Home Assistant: a list of {path, field, name, unit?, deviceClass?}. */
  readonly sensors?: readonly {
    /** What is called, below the base URL of the API. Takes text that must be a path below --api-base-url that starts with one / and holds no fragment or space, at most 1000 characters. */
    readonly path: string;
    /** Dotted path to the value in the answer. Takes text that must be a dotted path into the answer, like data.id, at most 200 characters. */
    readonly field: string;
    /** What people call the sensor. */
    readonly name: string;
    /** Unit of the value. */
    readonly unit?: string;
    /** What Home Assistant takes the value for. Takes text that must be a word of lower-case letters, at most 40 characters. */
    readonly deviceClass?: string;
  }[];
  /** Issuer identifier of the authorization server; checked in its answers. Takes text that must be an https URL, or http to this machine, without a query, at most 2048 characters. */
  readonly issuer?: string;
  /** The server announces iss in the redirect (RFC 9207). */
  readonly issParameter?: boolean;
  /** URL of the API: its metadata leads to the issuer (RFC 9728); sent as resource (RFC 8707). Takes text that must be an https URL, or http to this machine, at most 2048 characters. */
  readonly resource?: string;
  /** File or URL of an OpenAPI 3 document: gives URLs, scopes and a typed client. */
  readonly openapi?: string;
  /** Which of the OpenAPI document's security schemes (default: the only one for OAuth2). */
  readonly openapiScheme?: string;
  /** URL where the program registers itself as a client (RFC 7591). Takes text that must be an https URL, or http to this machine, at most 2048 characters. */
  readonly registrationEndpoint?: string;
  /** Https URL under which you publish client-metadata.json: it is then the client id. Takes text that must be an https URL, at most 2048 characters. */
  readonly clientMetadataUrl?: string;
  /** URL of the authorization endpoint. Takes text that must be an https URL, or http to this machine, at most 2048 characters. */
  readonly authorizationUrl?: string;
  /** URL of the token endpoint. Takes text that must be an https URL, or http to this machine, at most 2048 characters. */
  readonly tokenUrl?: string;
  /** URL for refresh requests (default: the token URL). Takes text that must be an https URL, or http to this machine, at most 2048 characters. */
  readonly refreshUrl?: string;
  /** URL of the revocation endpoint (RFC 7009). Takes text that must be an https URL, or http to this machine, at most 2048 characters. */
  readonly revocationUrl?: string;
  /** URL of the device authorization endpoint (RFC 8628). Takes text that must be an https URL, or http to this machine, at most 2048 characters. */
  readonly deviceAuthorizationUrl?: string;
  /** Base URL of the API, may have a path (default: origin of the token URL). Takes text that must be an https URL, or http to this machine, without a query, at most 2048 characters. */
  readonly apiBaseUrl?: string;
  /** Scopes to ask for, separated by spaces. */
  readonly scopes?: readonly string[];
  /** What stands between scopes in a request (default: a space). Takes text that must be one space, or printable ASCII characters without one, at most 10 characters. */
  readonly scopeSeparator?: string;
  /** PKCE method (RFC 7636). */
  readonly pkce?: "S256" | "none";
  /** How the client authenticates at the token endpoint. */
  readonly clientAuth?:
    | "client_secret_post"
    | "client_secret_basic"
    | "client_secret_basic_raw"
    | "none";
  /** Extra parameter of the authorization request; an empty value removes one. */
  readonly authorizationParams?: Readonly<Record<string, string>>;
  /** Extra parameter of the token request; an empty value removes one. */
  readonly tokenParams?: Readonly<Record<string, string>>;
  /** Extra parameter of the refresh request; an empty value removes one. */
  readonly refreshParams?: Readonly<Record<string, string>>;
  /** How token requests carry their parameters; query: in the URL, with an empty body. */
  readonly tokenBodyFormat?: "form" | "json" | "query";
  /** Extra header of token requests; may hold placeholders. */
  readonly tokenHeaders?: Readonly<Record<string, string>>;
  /** Dotted path to the object that holds the token in the answer (default: the answer itself). Takes text that must be a dotted path into the answer, like data.id, at most 200 characters. */
  readonly tokenPath?: string;
  /** A standard parameter and the provider's name for it, in every request. */
  readonly renameParams?: Readonly<
    Partial<
      Record<
        | "response_type"
        | "client_id"
        | "redirect_uri"
        | "scope"
        | "code_challenge"
        | "code_challenge_method"
        | "grant_type"
        | "code"
        | "code_verifier"
        | "client_secret"
        | "refresh_token"
        | "device_code"
        | "token"
        | "token_type_hint",
        string
      >
    >
  >;
  /** The same for the authorization request alone. */
  readonly renameAuthorizationParams?: Readonly<
    Partial<
      Record<
        | "response_type"
        | "client_id"
        | "redirect_uri"
        | "scope"
        | "code_challenge"
        | "code_challenge_method",
        string
      >
    >
  >;
  /** The same for token requests alone. */
  readonly renameTokenParams?: Readonly<
    Partial<
      Record<
        | "grant_type"
        | "code"
        | "redirect_uri"
        | "code_verifier"
        | "client_id"
        | "client_secret"
        | "refresh_token"
        | "scope"
        | "device_code",
        string
      >
    >
  >;
  /** A standard member of the token answer and the provider's name or dotted path for it. */
  readonly renameTokenFields?: Readonly<
    Partial<
      Record<
        | "access_token"
        | "refresh_token"
        | "expires_in"
        | "expires_at"
        | "scope"
        | "token_type"
        | "id_token",
        string
      >
    >
  >;
  /** Name of the code in the redirect (default: code). Takes text that must be the name of a parameter: ASCII, without &, =, #, ?, { and }, at most 200 characters. */
  readonly codeParam?: string;
  /** Header that carries the access token to the API (default: Authorization: Bearer {token}). Takes text that must be a header that holds {token} once. */
  readonly apiAuthHeader?: string;
  /** Extra header of API requests; may hold placeholders. */
  readonly apiHeaders?: Readonly<Record<string, string>>;
  /** Asked when an account is linked, used as {name}: a list of {name, label, description?, pattern?, example?, default?, secret?, optional?}. */
  readonly variables?: readonly {
    /** {name} stands for the value. Takes text that must start with a letter and hold only letters, digits, _ and -, at most 40 characters. */
    readonly name: string;
    /** What the person is asked. */
    readonly label: string;
    /** A sentence more about it. */
    readonly description?: string;
    /** Regular expression of JavaScript that the whole value matches. */
    readonly pattern?: string;
    /** A value that is right. */
    readonly example?: string;
    /** The value where none is given. */
    readonly default?: string;
    /** Stored encrypted, never shown. */
    readonly secret?: boolean;
    /** Left out of parameters and headers when it is empty. */
    readonly optional?: boolean;
  }[];
  /** Read from the token answer or the redirect, used as {name}: a list of {name, from, key, hostSuffixes?, pattern?}. */
  readonly capture?: readonly {
    /** {name} stands for the value. Takes text that must start with a letter and hold only letters, digits, _ and -, at most 40 characters. */
    readonly name: string;
    /** Where it is read: the token answer or the redirect. */
    readonly from: "token" | "redirect";
    /** Dotted path into the token answer, or the name of a parameter of the redirect. */
    readonly key: string;
    /** Hosts that the value may lead to: these, and everything below them. */
    readonly hostSuffixes?: readonly string[];
    /** Regular expression of JavaScript that the whole value matches. */
    readonly pattern?: string;
  }[];
  /** Seconds a token is taken to live when the answer does not say. Takes a whole number from 1 to 315360000. */
  readonly assumedLifetime?: number | string;
  /** False: no expires_in, no refresh token, never refreshed. */
  readonly tokensExpire?: boolean;
  /** How an account is told apart: {path, id, name?}, {claim, name?, token?}, {tokenField, name?} or none. */
  readonly account?:
    | "none"
    | {
        /** What is called, below the base URL of the API. Takes text that must be a path that starts with one / and holds no query, fragment or space, at most 1000 characters. */
        readonly path: string;
        /** Dotted path to the account's id in the answer. Takes text that must be a dotted path into the answer, like data.id, at most 200 characters. */
        readonly id: string;
        /** Dotted path to what people call the account. Takes text that must be a dotted path into the answer, like data.id, at most 200 characters. */
        readonly name?: string;
        /** Parameters of the call. */
        readonly query?: Readonly<Record<string, string>>;
        /** Method of the call (default: GET). */
        readonly method?: "GET" | "POST";
      }
    | {
        /** Claim of a JWT that holds the account's id. */
        readonly claim: string;
        /** Claim that holds what people call the account. */
        readonly name?: string;
        /** Which token is the JWT (default: access_token). */
        readonly token?: "access_token" | "id_token";
      }
    | {
        /** Dotted path to the account's id in the token answer. Takes text that must be a dotted path into the answer, like data.id, at most 200 characters. */
        readonly tokenField: string;
        /** Dotted path there to what people call the account. Takes text that must be a dotted path into the answer, like data.id, at most 200 characters. */
        readonly name?: string;
      };
  /** Redirect address: {host?, port?, path?} (default: 127.0.0.1, a port made from the domain, /callback), or {url} where the provider demands https. */
  readonly redirect?:
    | {
        /** Address of this machine (default: 127.0.0.1). */
        readonly host?: "127.0.0.1" | "localhost";
        /** Port that is listened on; 0: a free one each time. Takes a whole number from 0 to 65535. */
        readonly port?: number;
        /** Path of the address (default: /callback). Takes text that must be a plain path like /callback: letters, digits, ., ~, - and _ between slashes, at most 200 characters. */
        readonly path?: string;
      }
    | {
        /** Https address that the provider demands; the person pastes where the browser ended. Takes text that must be an https URL, without a query, at most 2048 characters. */
        readonly url: string;
      };
  /** Page where an app is registered at the provider. Takes text that must be an https URL, at most 2048 characters. */
  readonly registrationUrl?: string;
  /** Page about OAuth at the provider. Takes text that must be an https URL, at most 2048 characters. */
  readonly docsUrl?: string;
}
