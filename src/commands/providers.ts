import type { Request } from "../cli.js";
import { ExitCode, UserError } from "../core/errors.js";
import { type KnownProvider, nearestProviders, sourceText } from "../core/known-provider.js";
import { columns } from "../core/literals.js";
import { knownProviders } from "../io/known-providers.js";
import type { Context, Outcome } from "./context.js";

/** Lists the known providers, those that a word finds, or everything about one. */
export async function providers({ words }: Request, context: Context): Promise<Outcome> {
  const [first = "", id] = words;
  return first === "show" && id !== undefined
    ? show(id, context)
    : search(words.join(" "), context);
}

function search(wanted: string, { version }: Context): Outcome {
  const all = knownProviders();
  const found = all.filter(({ id, name }) =>
    [id, name].some((text) => text.toLowerCase().includes(wanted.toLowerCase())),
  );
  if (found.length === 0) throw notFound(wanted, all);
  const width = Math.max(...found.map(({ id }) => id.length));
  const rows = found.map(
    ({ id, name, verified }) => `${id.padEnd(width)}  ${name}${verified ? "" : " (unverified)"}\n`,
  );
  const count = `${found.length} of ${all.length} known providers; "providers show <id>" tells all about one.\n`;
  return {
    report: {
      schema: 1,
      command: "providers",
      exitCode: ExitCode.done,
      generator: { to: version },
      providers: found.map(({ id, name, verified, answers: { docsUrl } }) => ({
        id,
        name,
        ...(docsUrl !== undefined && { docsUrl }),
        verified,
      })),
    },
    text: `${rows.join("")}\n${count}`,
  };
}

function show(id: string, { version }: Context): Outcome {
  const all = knownProviders();
  const provider = all.find((known) => known.id === id);
  if (provider === undefined) throw notFound(id, all);
  const sources = Object.fromEntries(
    Object.entries(provider.sources).map(([key, page]) => {
      const found = provider.pages[page];
      return [key, found === undefined ? page : sourceText(found)];
    }),
  );
  const { name, verified, answers, scopes } = provider;
  return {
    report: {
      schema: 1,
      command: "providers",
      exitCode: ExitCode.done,
      generator: { to: version },
      provider: { id, name, verified, answers, ...(scopes && { scopes }), sources },
    },
    text: formatProvider(provider, sources),
  };
}

function formatProvider(
  { id, name, verified, answers, scopes = {}, lacks = {} }: KnownProvider,
  sources: Readonly<Record<string, string>>,
): string {
  const told = Object.entries(answers).map(
    ([key, value]) => `  ${key}: ${inOneLine(value)}\n    ${sources[key] ?? ""}\n`,
  );
  const missing = Object.entries(lacks).map(([key, { reason }]) => `  ${key}: ${reason}\n`);
  return [
    `${name} (${id})${verified ? "" : ", unverified: from a list, not read in the provider's documentation"}\n`,
    ...told,
    ...(missing.length > 0 ? ["\nWhat it does not have:\n", ...missing] : []),
    ...(Object.keys(scopes).length > 0 ? ["\nScopes:\n", table(scopes)] : []),
  ].join("");
}

function table(texts: Readonly<Record<string, string>>): string {
  const width = Math.min(40, Math.max(...Object.keys(texts).map(columns)));
  return Object.entries(texts)
    .map(([name, text]) => `  ${name.padEnd(width)}  ${text}`.trimEnd() + "\n")
    .join("");
}

function inOneLine(value: unknown): string {
  if (Array.isArray(value) && value.every((item) => typeof item === "string"))
    return value.join(" ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function notFound(word: string, all: readonly KnownProvider[]): UserError {
  const near = nearestProviders(
    word,
    all.map(({ id }) => id),
  );
  return new UserError(
    "unknown-provider",
    `No known provider is called ${JSON.stringify(word)}; the nearest are ${near.join(", ")}.`,
    "Run providers for the whole list, or say --authorization-url and --token-url of yours.",
  );
}
