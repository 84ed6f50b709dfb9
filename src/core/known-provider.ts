import type { Problem } from "./errors.js";
import { nearestOf } from "./nearest.js";
import { type AnswerKey, type Answers, flagOf } from "./questions.js";
import type { Finding } from "./rules/rule.js";

/** A provider whose values are known: data of `src/providers/`, checked by `provider.schema.json`. */
export interface KnownProvider {
  readonly id: string;
  readonly name: string;
  /** Every value was read in the provider's documentation; otherwise it comes from a list. */
  readonly verified: boolean;
  /** Defaults for what nobody said. Never stored: an update takes those of its own version. */
  readonly answers: Answers;
  /** The scopes that are known, and what each allows. */
  readonly scopes?: Readonly<Record<string, string>>;
  /** What the provider does not have, with the reason and the page that says so. */
  readonly lacks?: Readonly<Partial<Record<AnswerKey, Lack>>>;
  /** What no key says, and the hooks that do it; the page that tells of it. */
  readonly hook?: Lack & { readonly kind: HookKind };
  /** Where each value was read: a name in `pages`. */
  readonly sources: Readonly<Record<string, string>>;
  readonly pages: Readonly<Record<string, Page>>;
}

interface Lack {
  /** A sentence. */
  readonly reason: string;
  readonly page: string;
}

/** What providers do that no key says: a file of hooks for each takes the place of the empty one. */
export const HOOK_KINDS = [
  "exchanged-token",
  "self-refreshing-token",
  "secret-as-user-name",
] as const;

export type HookKind = (typeof HOOK_KINDS)[number];

/** A page that was read on a day, or a list: `package@version/path`. */
export type Page =
  | { readonly url: string; readonly read: string; readonly list?: never }
  | { readonly list: string; readonly url?: never; readonly read?: never };

/** The page of that name: `https://… (read 2026-11-28)`, or the list. */
export function sourceOf(name: string, { pages }: KnownProvider): string {
  const page = pages[name];
  if (page === undefined) return name;
  return page.list ?? `${page.url} (read ${page.read})`;
}

/** What people read where one is chosen. */
export function labelOf({ name, verified }: KnownProvider): string {
  return verified ? name : `${name} (unverified)`;
}

/** The three known ids that are nearest to a word. */
export function nearestProviders(word: string, known: readonly string[]): readonly string[] {
  return nearestOf(word, known, 3);
}

/** An id that is not known, with the three nearest ones. */
export function unknownProvider(id: string, known: readonly string[]): Problem {
  const near = nearestProviders(id, known);
  return {
    key: "provider",
    flag: flagOf("provider"),
    message: `must be a known provider, and ${id} is none; the nearest are ${near.join(", ")}. "providers" lists all; for any other, say --authorization-url and --token-url.`,
    ...(near[0] !== undefined && { suggestion: near[0] }),
  };
}

/** What was asked of a provider that does not have it: each with the reason, and the page that says so. */
export function lacking(
  { name, lacks = {}, pages }: KnownProvider,
  answers: Answers,
): readonly (Problem & Finding)[] {
  return (Object.entries(lacks) as [AnswerKey, Lack][])
    .filter(([key]) => asksFor(key, answers))
    .map(([key, { reason, page }]) => ({
      key,
      flag: flagOf(key),
      message: `cannot be had at ${name}: ${reason} See ${pages[page]?.url ?? page}`,
    }));
}

/** What is to be known of a provider that takes no redirect to this machine, which is the default. */
export function refusedRedirect({
  name,
  lacks,
  pages,
}: KnownProvider): Pick<Problem, "key" | "message"> | undefined {
  if (lacks?.redirect === undefined) return undefined;
  const { reason, page } = lacks.redirect;
  return {
    key: "redirect",
    message: `${flagOf("redirect")} leads to this machine, which ${name} may not take: ${reason} See ${pages[page]?.url ?? page} To paste the address after a sign-in, say ${flagOf("redirect")} '{"url":"https://…"}'.`,
  };
}

/** Whether an answer asks for a mechanism. `none` does not, and no redirect that was not said. */
function asksFor(key: string, answers: Answers): boolean {
  if (key === "redirect")
    return answers.redirect !== undefined && answers.redirect.url === undefined;
  const said = (answers as Readonly<Record<string, unknown>>)[key];
  return said !== undefined && said !== "none";
}
