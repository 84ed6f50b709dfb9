import type { Request } from "../cli.js";
import { ExitCode, UserError } from "../core/errors.js";
import { type KnownProvider, labelOf, nearestProviders, sourceOf } from "../core/known-provider.js";
import { columns } from "../core/literals.js";
import { knownProviders } from "../io/known-providers.js";
import type { Context, Outcome } from "./context.js";

/** Lists the known providers, those that words find, or everything about one. */
export async function providers({ words }: Request, context: Context): Promise<Outcome> {
  const [first, id, ...more] = words;
  if (first !== "show") return search(words, context);
  if (id !== undefined && more.length === 0) return show(id, context);
  throw new UserError(
    "invalid-usage",
    "providers show needs one id.",
    "For example:\n  npx create-oauth2-integration providers show github",
  );
}

function search(words: readonly string[], { version }: Context): Outcome {
  const all = knownProviders();
  const found = all.filter(({ id, name }) => {
    const text = `${id} ${name}`.toLowerCase();
    return words.every((word) => text.includes(word.toLowerCase()));
  });
  if (found.length === 0) throw notFound(words.join(" "), all);
  const width = Math.max(...found.map(({ id }) => id.length));
  const rows = found.map((one) => `${one.id.padEnd(width)}  ${labelOf(one)}\n`);
  const count = `${found.length} of ${all.length} known providers. All about one:\n  npx create-oauth2-integration providers show <id>\n`;
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
  const { name, verified, answers, scopes, lacks, hook, sources } = provider;
  return {
    report: {
      schema: 1,
      command: "providers",
      exitCode: ExitCode.done,
      generator: { to: version },
      provider: {
        id,
        name,
        verified,
        answers,
        ...(scopes && { scopes }),
        ...(lacks && { lacks: mapValues(lacks, (lack) => withPage(lack, provider)) }),
        ...(hook && { hook: { kind: hook.kind, ...withPage(hook, provider) } }),
        sources: mapValues(sources, (page) => sourceOf(page, provider)),
      },
    },
    text: formatProvider(provider),
  };
}

type Reasoned = Pick<NonNullable<KnownProvider["hook"]>, "reason" | "page">;

/** The reason, with the page in the place of its name. */
function withPage({ reason, page }: Reasoned, provider: KnownProvider): Reasoned {
  return { reason, page: sourceOf(page, provider) };
}

function mapValues<Value, Made>(
  record: Readonly<Record<string, Value>>,
  make: (value: Value) => Made,
): Readonly<Record<string, Made>> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value)]));
}

function formatProvider(provider: KnownProvider): string {
  const { id, name, verified, answers, scopes = {}, lacks = {}, hook, sources } = provider;
  const reasoned = (key: string, { reason, page }: Reasoned): string =>
    `  ${key}: ${reason}\n    ${sourceOf(page, provider)}\n`;
  const told = Object.entries(answers).map(
    ([key, value]) =>
      `  ${key}: ${inOneLine(value)}\n    ${sourceOf(sources[key] ?? "", provider)}\n`,
  );
  const missing = Object.entries(lacks).map(([key, lack]) => reasoned(key, lack));
  const known = Object.keys(scopes).length > 0;
  return [
    `${name} (${id})${verified ? "" : ", unverified: not every value was read in the provider's documentation"}\n`,
    ...told,
    ...(hook ? ["\nWhat comes as hooks:\n", reasoned(hook.kind, hook)] : []),
    ...(missing.length > 0 ? ["\nWhat it does not have:\n", ...missing] : []),
    ...(known ? [`\nScopes (${sourceOf(sources["scopes"] ?? "", provider)}):\n`] : []),
    ...(known ? [table(scopes)] : []),
    `\nNext:\n  npx create-oauth2-integration --provider ${id}\n`,
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
    "Run npx create-oauth2-integration providers for the whole list, or say --authorization-url and --token-url of yours.",
  );
}
