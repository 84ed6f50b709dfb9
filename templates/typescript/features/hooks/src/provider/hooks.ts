// Managed by the template: updates carry fixes for this file, so better do not edit it.
import { IntegrationError } from "../errors.js";
import { type Integration, isSafe, type Mechanism } from "../oauth/provider.js";
import type { ProviderHooks, TokenRequest } from "../oauth/provider.js";

/**
 * Makes the owner's hooks a part of the client. Whatever goes wrong in one of them ends as an
 * `IntegrationError` that says in which, and no request goes where a secret could be read. The
 * sandbox goes without them: it behaves as the definition says, and knows no hooks.
 */
export function defineHooks(hooks: ProviderHooks): Mechanism {
  return {
    async onAuthorizationUrl(url, context) {
      const changed = await change("onAuthorizationUrl", url, context, () =>
        hooks.onAuthorizationUrl?.(new URL(url), context),
      );
      checkAddress("onAuthorizationUrl", changed);
      const isKept = changed.searchParams.get("state") === url.searchParams.get("state");
      if (!isKept) throw fault("onAuthorizationUrl", "changed the state: leave it as it is");
      return changed;
    },
    async onTokenRequest(request, context) {
      const changed = await change("onTokenRequest", request, context, () =>
        hooks.onTokenRequest?.(request, context),
      );
      checkAddress("onTokenRequest", changed.url);
      return changed.method === "GET" ? withoutBody(changed) : changed;
    },
    onTokenAnswer: (answer, context, step) =>
      change("onTokenAnswer", answer, context, () => hooks.onTokenAnswer?.(answer, context, step)),
    async onApiRequest(request, token, context) {
      const changed = await change("onApiRequest", request, context, () =>
        hooks.onApiRequest?.(request, token, context),
      );
      checkAddress("onApiRequest", changed.url);
      return changed;
    },
  };
}

/** What a hook makes of a value. Its `IntegrationError` passes; of any other error, no word does. */
async function change<T>(
  hook: keyof ProviderHooks,
  value: T,
  { sandbox }: Integration,
  run: () => T | Promise<T> | undefined,
): Promise<T> {
  if (sandbox) return value;
  try {
    return (await run()) ?? value;
  } catch (cause) {
    if (cause instanceof IntegrationError) throw cause;
    const { name, stack } = cause instanceof Error ? cause : { name: typeof cause };
    const line = /provider-hooks\.[jt]s:\d+/.exec(stack ?? "")?.[0];
    throw fault(hook, `failed (${[name, line].filter(Boolean).join(", ")})`, cause);
  }
}

function checkAddress(hook: keyof ProviderHooks, { href }: URL): void {
  if (!isSafe(href)) throw fault(hook, "gave an address that is neither https nor this machine's");
}

/** A GET has no body: its parameters go in the address, after those that are there. */
function withoutBody({ url, headers, parameters, ...request }: TokenRequest): TokenRequest {
  const whole = new URL(url);
  for (const [name, value] of parameters) whole.searchParams.append(name, value);
  const bare = new Headers(headers);
  bare.delete("content-type");
  return { ...request, url: whole, headers: bare, parameters: new URLSearchParams(), body: null };
}

function fault(hook: keyof ProviderHooks, what: string, cause?: unknown): IntegrationError {
  const message = `${hook} in src/provider-hooks.ts ${what}. Correct it there, and build again.`;
  return new IntegrationError("misconfigured", message, { cause });
}
