/** What the sandbox uses of oidc-provider, which brings no types; those that others wrote bring 17 packages. */
declare module "oidc-provider" {
  import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";

  type Options = Readonly<Record<string, unknown>>;

  export interface Configuration extends Options {
    readonly clients?: readonly ({ readonly grant_types?: readonly string[] } & Options)[];
    readonly features?: Options;
    readonly ttl?: Options;
    readonly findAccount?: (context: Context, accountId: string) => object;
    readonly interactions?: {
      url(context: Context, interaction: { readonly uid: string }): string;
    };
    readonly fetch?: (url: string | URL) => Promise<Response>;
  }

  /** A request and its answer, as Koa has them. */
  interface Context {
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    readonly method: string;
    readonly origin: string;
    readonly headers: IncomingMessage["headers"];
    readonly response: { get(header: string): unknown };
    path: string;
    search: string;
    status: number;
    body: unknown;
    respond?: boolean;
    set(header: string, value: string): void;
    redirect(url: string): void;
  }

  interface Store<T> {
    find(id: string): Promise<T | undefined>;
  }

  interface Grant {
    addOIDCScope(scope: string): void;
    rejectOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  interface Interaction {
    readonly params: Readonly<Record<string, unknown>>;
  }

  interface DeviceCode {
    readonly clientId: string;
    readonly params: Readonly<Record<string, unknown>>;
    accountId?: string;
    error?: string;
    save(): Promise<string>;
  }

  export default class Provider {
    constructor(issuer: string, configuration: Configuration);
    readonly issuer: string;
    readonly AccessToken: Store<{ readonly accountId: string }>;
    readonly AuthorizationCode: Store<{ readonly nonce?: string; readonly redirectUri?: string }>;
    readonly Client: Store<{ readonly clientId: string; readonly clientSecret?: string }>;
    readonly DeviceCode: { findByUserCode(code: string): Promise<DeviceCode | undefined> };
    readonly Grant: new (owner: Readonly<Record<"accountId" | "clientId", string>>) => Grant;
    use(middleware: (context: Context, next: () => Promise<unknown>) => Promise<unknown>): this;
    callback(): RequestListener;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
    ): Promise<string>;
  }
}
