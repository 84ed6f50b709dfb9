/*
 * A regular expression as the letters that it is made of and which may follow which (Glushkov's automaton), with what is lost there: edges
 * that come about in two ways, and parts that are empty in two ways.
 */

/** A regular expression, taken apart. */
export interface Positions {
  /** What each position matches: one letter, as its source. */
  readonly atoms: readonly string[];
  /** Position → those that may follow, and in how many ways. */
  readonly follow: readonly ReadonlyMap<number, number>[];
  /** How often a choice of so many counts can be made, all together, that repeat something but not for ever. */
  readonly counts: number;
  /** The same of each part that only looks ahead or behind. */
  readonly looks: readonly Positions[];
}

/** More than this is no pattern that somebody wrote. */
const MOST = 1000;
/** A letter that is repeated up to so many times is written out; anything else that is repeated may be so for ever. */
const WRITTEN_OUT = 20;

/** Why a pattern cannot be taken apart, or is slow whatever it is applied to; completes "…, where …". */
export class PatternFault extends Error {}

/** A part: whether it may match nothing, in more ways than one even, and where it begins and ends. */
interface Part {
  readonly empty: boolean;
  readonly emptyTwice: boolean;
  readonly first: readonly number[];
  readonly last: readonly number[];
}

const NOTHING: Part = { empty: true, emptyTwice: false, first: [], last: [] };

const TOKEN =
  /(?<look>\(\?<?[=!])|(?<open>\((?:\?:|\?<[^>]*>|(?!\?)))|(?<close>\))|(?<or>\|)|(?<edge>[$^]|\\[bB])|(?<back>\\(?:[1-9]\d*|k<[^>]*>))|(?<atom>\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|ud[89ab][\da-f]{2}\\ud[c-f][\da-f]{2}|u[\da-f]{4}|x[\da-f]{2}|c[a-z]|[^])|\[(?:\\[^]|[^\]\\])*\]|[^()|*+?{}[\]])/iuy;
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/uy;

/**
 * Takes a pattern apart that compiles with the flag `u`.
 * @throws {PatternFault} where it repeats what may be empty, refers back, or is too long
 */
export function positionsOf(source: string): Positions {
  const reader = new PatternReader(source);
  const whole = reader.readPositions();
  if (reader.isAtEnd) return whole;
  throw new PatternFault(`${source.slice(reader.at, reader.at + 10)} is not understood`);
}

class PatternReader {
  at = 0;
  readonly #source: string;
  #atoms: string[] = [];
  #follow: Map<number, number>[] = [];
  #counts = 1;
  #looks: Positions[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.at === this.#source.length;
  }

  /** What stands up to the end, or up to a bracket that closes, as positions of its own. */
  readPositions(): Positions {
    const outer = [this.#atoms, this.#follow, this.#counts, this.#looks] as const;
    [this.#atoms, this.#follow, this.#counts, this.#looks] = [[], [], 1, []];
    this.#alternatives();
    const read: Positions = {
      atoms: this.#atoms,
      follow: this.#follow,
      counts: this.#counts,
      looks: this.#looks,
    };
    [this.#atoms, this.#follow, this.#counts, this.#looks] = outer;
    return read;
  }

  #alternatives(): Part {
    let part = this.#sequence();
    while (this.#source[this.at] === "|") {
      this.at++;
      const other = this.#sequence();
      part = {
        empty: part.empty || other.empty,
        emptyTwice: part.emptyTwice || other.emptyTwice || (part.empty && other.empty),
        first: [...part.first, ...other.first],
        last: [...part.last, ...other.last],
      };
    }
    return part;
  }

  #sequence(): Part {
    let part = NOTHING;
    while (!this.isAtEnd && !"|)".includes(this.#source[this.at] ?? "")) {
      part = this.#joined(part, this.#repeated());
    }
    return part;
  }

  #joined(before: Part, after: Part): Part {
    this.#connect(before.last, after.first);
    return {
      empty: before.empty && after.empty,
      emptyTwice: before.emptyTwice || after.emptyTwice,
      first: before.empty ? [...before.first, ...after.first] : before.first,
      last: after.empty ? [...before.last, ...after.last] : after.last,
    };
  }

  #connect(from: readonly number[], to: readonly number[]): void {
    for (const position of from) {
      const follow = this.#follow[position];
      for (const next of to) follow?.set(next, (follow.get(next) ?? 0) + 1);
    }
  }

  /** One part with its quantifier. */
  #repeated(): Part {
    const start = this.at;
    const before = this.#atoms.length;
    const part = this.#part();
    const atom = this.#source.slice(start, this.at);
    const isLetter = this.#atoms.length === before + 1 && this.#atoms[before] === atom;
    const [least, most] = this.#quantifier();
    if (most !== Infinity && most > least) this.#counts *= most - least + 1;
    if (most <= 1) return least === 1 ? part : most === 0 ? NOTHING : this.#optional(part);
    if (isLetter && most <= WRITTEN_OUT) return this.#writtenOut(part, atom, least, most);
    if (part.empty || part.emptyTwice)
      throw new PatternFault(`${this.#source.slice(start, this.at)} repeats what may be empty`);
    this.#connect(part.last, part.first);
    return least === 0 ? this.#optional(part) : part;
  }

  #optional(part: Part): Part {
    return { ...part, empty: true, emptyTwice: part.empty || part.emptyTwice };
  }

  /** `a{1,3}` as `a(?:a(?:a)?)?`: each letter only after the one before it. */
  #writtenOut(letter: Part, atom: string, least: number, most: number): Part {
    const all = [letter];
    while (all.length < most) {
      const next = this.#letter(atom);
      this.#connect(all.at(-1)?.last ?? [], next.first);
      all.push(next);
    }
    const ends = all.slice(Math.max(0, least - 1));
    const part = { ...letter, last: ends.flatMap(({ last }) => last) };
    return least === 0 ? this.#optional(part) : part;
  }

  #part(): Part {
    TOKEN.lastIndex = this.at;
    const { look, open, edge, back, atom } = TOKEN.exec(this.#source)?.groups ?? {};
    this.at = TOKEN.lastIndex;
    if (atom !== undefined) return this.#letter(atom);
    if (edge !== undefined) return NOTHING;
    if (look !== undefined) {
      this.#looks.push(this.readPositions());
      this.at++;
      return NOTHING;
    }
    if (open !== undefined) {
      const part = this.#alternatives();
      this.at++;
      return part;
    }
    throw new PatternFault(`${back ?? "a part"} cannot be looked through`);
  }

  #letter(atom: string): Part {
    if (this.#atoms.length === MOST) throw new PatternFault("it is too long to be looked through");
    const position = this.#atoms.push(atom) - 1;
    this.#follow.push(new Map());
    return { empty: false, emptyTwice: false, first: [position], last: [position] };
  }

  #quantifier(): readonly [least: number, most: number] {
    QUANTIFIER.lastIndex = this.at;
    const found = QUANTIFIER.exec(this.#source);
    if (found === null) return [1, 1];
    this.at = QUANTIFIER.lastIndex;
    const [, sign, least = "", comma, most = ""] = found;
    if (sign !== undefined) return [sign === "+" ? 1 : 0, sign === "?" ? 1 : Infinity];
    if (comma === "") return [Number(least), Number(least)];
    return [Number(least), most === "" ? Infinity : Number(most)];
  }
}
