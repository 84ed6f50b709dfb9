import type { KnownProvider } from "../../src/core/known-provider.js";
import type { Capture, ServerOptions, Variable, WireAnswers } from "./declared.js";
import type { WireCase } from "./cases.js";

const URL_KEYS = [
  "authorizationUrl",
  "tokenUrl",
  "refreshUrl",
  "revocationUrl",
  "deviceAuthorizationUrl",
  "apiBaseUrl",
] as const;

/**
 * A known provider on this machine: a host becomes the first part of the path, so that no two addresses fall into one; a host that is
 * a variable or was captured becomes this machine's. All else stays as the data has it.
 */
export function caseOf(provider: KnownProvider): WireCase {
  const data = provider.answers as unknown as WireAnswers;
  const urls = URL_KEYS.flatMap((key) => {
    const url = data[key];
    if (url === undefined) return [];
    return [[key, onLoopback(url, key === "apiBaseUrl" ? "OTHER_PORT" : "PORT")] as const];
  });
  const pasted = provider.lacks?.redirect !== undefined;
  const answers = {
    ...data,
    ...Object.fromEntries(urls),
    ...(data.variables && { variables: variablesOf(data) }),
    ...(data.capture && { capture: data.capture.map(withLoopback) }),
    name: provider.name,
    redirect: pasted
      ? { url: "https://app.example/callback" }
      : { ...data.redirect, port: "REDIRECT_PORT" },
    provider: provider.id,
  } as const satisfies WireAnswers & { readonly provider: string };
  return {
    name: provider.id,
    answers,
    options: optionsOf(data, provider),
    signIn: pasted ? "paste" : "browser",
  };
}

/** `https://api.acme.com/v2` → `http://127.0.0.1:PORT/api.acme.com/v2`, `https://{host}/v2` → `http://{host}:PORT/v2`. */
function onLoopback(template: string, port: "PORT" | "OTHER_PORT"): string {
  if (template.startsWith("{")) return template;
  const [, host = "", path = ""] = /^https:\/\/([^/?]+)(.*)$/u.exec(template) ?? [];
  return isWholeVariable(host)
    ? `http://${host}:${port}${path}`
    : `http://127.0.0.1:${port}/${host}${path}`;
}

const isWholeVariable = (host: string): boolean => /^\{\w+\}$/u.test(host);

const withLoopback = (capture: Capture): Capture =>
  capture.hostSuffixes === undefined
    ? capture
    : { ...capture, hostSuffixes: [...capture.hostSuffixes, "127.0.0.1"] };

/** A variable that is a whole host stands for this machine. */
function variablesOf(data: WireAnswers): readonly Variable[] {
  const templates = URL_KEYS.map((key) => data[key] ?? "");
  return (data.variables ?? []).map(({ default: usual, ...variable }) => {
    const isHost = templates.some((one) => one.split("/")[2] === `{${variable.name}}`);
    const value = isHost ? "127.0.0.1" : usual;
    return {
      ...variable,
      ...(isHost && { example: "127.0.0.1" }),
      ...(value !== undefined && { default: value }),
    };
  });
}

function optionsOf(data: WireAnswers, { hook }: KnownProvider): ServerOptions {
  const variables = variablesOf(data);
  const capture = data.capture ?? [];
  return {
    ...(variables.length > 0 && {
      variables: Object.fromEntries(
        variables.map(({ name, default: usual, example = "" }) => [name, usual ?? example]),
      ),
    }),
    ...(capture.length > 0 && {
      captured: Object.fromEntries(
        capture.map(({ name, hostSuffixes }) => [
          name,
          hostSuffixes === undefined ? "12345" : "http://127.0.0.1:OTHER_PORT",
        ]),
      ),
    }),
    ...(hook && { hook: hook.kind }),
  };
}
