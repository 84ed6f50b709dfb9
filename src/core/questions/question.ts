import type { KnownProvider } from "../known-provider.js";
import type { Reader } from "../readers.js";

/** How an answer is written as text: on the command line, in the environment and at a prompt. */
export type AnswerKind = "text" | "choice" | "yes-no" | "list" | "map" | "structure";

/** What the world of this run offers as defaults. Read once, in io. */
export interface World {
  readonly author?: string;
  readonly repository?: string;
  readonly year: number;
  /** What was looked up where the answers said: discovery, an OpenAPI document. Stored with the answers. */
  readonly found?: EarlierAnswers;
  /** The known provider that the answers name. Its values are never stored: each version has its own. */
  readonly provider?: KnownProvider;
  /** Every known provider's id, where the answers name one that is not known. */
  readonly providerIds?: readonly string[];
  /** The OpenAPI document that the answers name, as JSON text. */
  readonly openapi?: string;
  /** The scopes that are known, and what each allows. */
  readonly scopes?: Readonly<Record<string, string>>;
  /** The domain that a set takes in the place of a default that is taken there. */
  readonly freeDomain?: (domain: string, earlier: EarlierAnswers) => string;
}

/** The answers read so far, as far as defaults follow from them. */
export type EarlierAnswers = Readonly<Partial<Record<string, unknown>>>;

/** One question: it makes a prompt, a flag, a line of `--help`, an environment variable, a key of the answers file and a check. */
export interface Question<Value = unknown> {
  readonly group: "project" | "provider";
  readonly kind: AnswerKind;
  /** What a prompt asks. */
  readonly message: string;
  /** One line of `--help`. */
  readonly help: string;
  /** An answer that is right, for the complete example command. */
  readonly example: string;
  /** Asked on the short path; every other question stands behind "Change advanced settings?". */
  readonly short?: true;
  readonly required?: true;
  readonly choices?: readonly string[];
  /** What a prompt offers by name before it takes any other text: values that nobody sees when they are typed. */
  readonly offers?: readonly { readonly value: string; readonly name: string }[];
  readonly read: Reader<Value>;
  /** The default, from earlier answers and the world; `undefined`: none. */
  readonly fallback?: (earlier: EarlierAnswers, world: World) => Value | undefined;
  /** The default comes from the world and is stored with the answers, so that an update needs no world. */
  readonly fromWorld?: true;
}

/** Declares a question, so that its default has the type of its answer. */
export const question = <Value>(asked: Question<Value>): Question<Value> => asked;

/** An earlier answer, where it is text. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined;

/** A default that follows from nothing. */
export const always =
  <Value>(value: Value) =>
  (): Value =>
    value;

export const NO_TEXTS: Readonly<Record<string, string>> = {};
