import type { Fields } from "./readers.js";

/**
 * What a reader takes, as data: the schema of the answers file and the page of all questions are made from it. It may say less than the
 * reader checks, and never more: what a reader takes always has its shape.
 */
export type Shape =
  | TextShape
  | NumberShape
  | { readonly kind: "yes-no" }
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  | ListShape
  | MapShape
  | { readonly kind: "structure"; readonly fields: Fields }
  /** Any one of several. */
  | { readonly kind: "either"; readonly shapes: readonly Shape[] };

export interface TextShape {
  readonly kind: "text";
  /** What it must be or do, to complete "must …". */
  readonly rule?: string;
  /** The source of a regular expression with the flag `u`, anchored at both ends. */
  readonly pattern?: string;
  /** So many characters at most. */
  readonly most?: number;
  /** Space around it counts; otherwise it is left out before anything else is looked at. An empty text is taken only here. */
  readonly whole?: true;
}

export interface NumberShape {
  readonly kind: "number";
  readonly least: number;
  readonly most: number;
  /** Digits as text are taken too. */
  readonly orText?: true;
}

export interface ListShape {
  readonly kind: "list";
  readonly item: Shape;
  /** It must not be empty. */
  readonly filled?: true;
}

/** A map of names to texts. */
export interface MapShape {
  readonly kind: "map";
  /** The names that it may hold: a pattern as that of a text, or each of them. */
  readonly names: string | readonly string[];
  readonly value: Shape;
}
