import type { Texts } from "./declared.js";

/** A request that is not what the answers declare. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** A request that is as the answers declare, and is turned away all the same. */
export class TurnedAway extends Error {
  override readonly name = "TurnedAway";
  readonly status: number;
  constructor(status: number, error: string) {
    super(error);
    this.status = status;
  }
}

/** What a parameter or header must be. */
export interface Expected {
  readonly shown: string;
  readonly fits: (value: string) => boolean;
}

export type ExpectedTexts = ReadonlyMap<string, Expected>;

/** What stands for a placeholder; `undefined`: it has no value here. */
export type Values = Readonly<Record<string, string | undefined>>;

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_-]*)\}/u;

/** 128 bits in URL-safe characters: 22 of base64url, more of anything shorter. */
const RANDOM = "[A-Za-z0-9._~-]{22,}";

export function exactly(text: string): Expected {
  return { shown: JSON.stringify(text), fits: (value) => value === text };
}

export function shaped(shape: RegExp): Expected {
  return { shown: String(shape), fits: (value) => shape.test(value) };
}

/** The values of `{random}`: of earlier requests, and of this one, which may hold the same in several places. */
export interface Randoms {
  readonly earlier: Set<string>;
  readonly now: Set<string>;
}

/** Reads a template of the answers. `{random}` must be none of an earlier request. `undefined`: a placeholder in it has no value. */
export function expectText(
  template: string,
  values: Values,
  randoms: Randoms,
): Expected | undefined {
  let shape = "";
  for (const [index, part] of template.split(PLACEHOLDER).entries()) {
    const value = index % 2 === 0 ? part : values[part];
    if (index % 2 === 1 && part === "random") shape += `(${RANDOM})`;
    else if (value === undefined) return undefined;
    else shape += escaped(value);
  }
  return fresh(new RegExp(`^${shape}$`, "u"), template, randoms);
}

function fresh(shape: RegExp, template: string, randoms: Randoms): Expected {
  const fits = (value: string) => {
    const [whole, ...found] = shape.exec(value) ?? [];
    if (whole === undefined) return false;
    if (found.some((one) => randoms.earlier.has(one))) throw new Refused("{random} is not fresh");
    for (const one of found) randoms.now.add(one);
    return true;
  };
  return { shown: `${template}, that is ${String(shape)}`, fits };
}

const escaped = (text: string) => text.replaceAll(/[^A-Za-z0-9]/gu, (one) => `\\u{${hex(one)}}`);
const hex = (one: string) => (one.codePointAt(0) ?? 0).toString(16);

/**
 * The URL that a template gives. `undefined`: a value is missing, or what a hostile case captured makes no URL, so that no request can go
 * there.
 */
export function fillUrl(template: string, values: Values): URL | undefined {
  const [start = "", query] = template.split(/\?(.*)/su);
  const filled = fill(start, values, (value) => value.replace(/\/$/u, ""));
  const asked = fill(query ?? "", values, encodeURIComponent);
  if (filled === undefined || asked === undefined) return undefined;
  const url = query === undefined ? filled : `${filled}?${asked}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

function fill(
  template: string,
  values: Values,
  write: (value: string) => string,
): string | undefined {
  let text = "";
  for (const [index, part] of template.split(PLACEHOLDER).entries()) {
    const value = values[part];
    if (index % 2 === 0) text += part;
    else if (value === undefined) return undefined;
    else text += write(value);
  }
  return text;
}

export function renamed(name: string, ...maps: readonly (Texts | undefined)[]): string {
  const map = maps.find((one) => one !== undefined && Object.hasOwn(one, name));
  return map?.[name] ?? name;
}
