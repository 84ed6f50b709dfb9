import { visit } from "jsonc-parser";

/*
 * JSON with comments as a tree that knows where each piece of the text stands. Only the visitor of `jsonc-parser` is used. Its `modify`
 * formats every line that it touches (a one-line object falls apart), takes the comments before and after a removed member with it, puts
 * a new member before the comment that ends the line of the last one, and parses the whole text for each edit.
 */

export interface Scalar {
  readonly kind: "scalar";
  readonly start: number;
  readonly end: number;
  readonly value: string | number | boolean | null;
  /** As it is written: a number may say more than a double holds. */
  readonly written: string;
}

export interface Group {
  readonly kind: "object" | "array";
  readonly start: number;
  readonly end: number;
  readonly members: readonly Member[];
}

export type Node = Scalar | Group;

/**
 * A member of an object, or an item of a list, with the text around it: what stands before it (`lead` to `start`) and what
 * follows it up to the end of its line (`end` to `stop`), where its comma and a comment about it may be.
 */
export interface Member {
  /** Empty in a list. */
  readonly key: string;
  readonly value: Node;
  readonly lead: number;
  readonly start: number;
  /** Where the name ends; in a list, `start`. */
  readonly keyEnd: number;
  readonly end: number;
  readonly comma: number | undefined;
  readonly stop: number;
}

export function isGroup(node: Node): node is Group {
  return node.kind !== "scalar";
}

export function isObject(node: Node | undefined): node is Group {
  return node?.kind === "object";
}

export function isList(node: Node | undefined): node is Group {
  return node?.kind === "array";
}

/** The members by name; the last one of a name counts, as in every reader of JSON. */
export function byKey(group: Group | undefined): Map<string, Member> {
  return new Map(group?.members.map((member) => [member.key, member]));
}

export function toValue(node: Node): unknown {
  if (!isGroup(node)) return node.value;
  if (node.kind === "array") return node.members.map(({ value }) => toValue(value));
  // `fromEntries` defines: a member named __proto__ becomes a member.
  return Object.fromEntries(node.members.map(({ key, value }) => [key, toValue(value)]));
}

/** Nobody nests configuration deeper, and every walk over the tree here is a recursion. */
const DEEPEST = 200;

export interface Document {
  readonly mark: "" | "\ufeff";
  /** Without the byte order mark. */
  readonly text: string;
  readonly root: Node;
  readonly comments: readonly string[];
  readonly lineEnd: string;
  /** Whether there are any between its brackets. */
  readonly lines: boolean;
  /** One step of indentation. Undefined: nothing in it is indented. */
  readonly step: string | undefined;
  /** Whether a blank follows a colon. Undefined: it has none. */
  readonly spaced: boolean | undefined;
}

class Unreadable extends Error {}

export function parseDocument(written: string): Document | undefined {
  const text = written.replace(/^\ufeff/u, "");
  try {
    const { root, comments, colon } = parseTree(text);
    const first = isGroup(root) ? root.members[0] : undefined;
    const step =
      first && hasLineEnd(text.slice(first.lead, first.start))
        ? indentAt(text, first.start).slice(indentAt(text, root.start).length)
        : undefined;
    return {
      mark: text === written ? "" : "\ufeff",
      text,
      root,
      comments,
      lineEnd: /\r\n|\n|\r/u.exec(text)?.[0] ?? "\n",
      lines: hasLineEnd(text.slice(root.start, root.end)),
      step,
      spaced: colon === undefined ? undefined : /\s/u.test(text.charAt(colon + 1)),
    };
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

interface Tree {
  readonly root: Node;
  readonly comments: readonly string[];
  /** Where the first one stands. */
  readonly colon: number | undefined;
}

type Named = Pick<Member, "key" | "start" | "keyEnd">;
type Draft = Named & { readonly value: Node; comma: number | undefined };
interface OpenGroup {
  readonly start: number;
  readonly members: Draft[];
  name: Named | undefined;
}

function parseTree(text: string): Tree {
  const open: OpenGroup[] = [{ start: -1, members: [], name: undefined }];
  const comments: string[] = [];
  let colon: number | undefined;
  const put = (value: Node): void => {
    const group = open.at(-1);
    const { key, start, keyEnd } = group?.name ?? {
      key: "",
      start: value.start,
      keyEnd: value.start,
    };
    group?.members.push({ key, start, keyEnd, value, comma: undefined });
  };
  const begin = (start: number): void => {
    if (open.length > DEEPEST) throw new Unreadable();
    open.push({ start, members: [], name: undefined });
  };
  const finish =
    (kind: Group["kind"]) =>
    (close: number): void => {
      const group = open.pop();
      if (!group) throw new Unreadable();
      const members = withSurroundings(text, group, close);
      put({ kind, start: group.start, end: close + 1, members });
    };
  visit(
    text,
    {
      onObjectBegin: begin,
      onArrayBegin: begin,
      onObjectEnd: finish("object"),
      onArrayEnd: finish("array"),
      onObjectProperty: (key, start, length) => {
        const group = open.at(-1);
        if (group) group.name = { key, start, keyEnd: start + length };
      },
      onLiteralValue: (value: Scalar["value"], start, length) => {
        const end = start + length;
        put({ kind: "scalar", start, end, value, written: text.slice(start, end) });
      },
      onSeparator: (character, offset) => {
        if (character === ":") colon ??= offset;
        const last = open.at(-1)?.members.at(-1);
        if (character === "," && last) last.comma = offset;
      },
      onComment: (start, length) => void comments.push(text.slice(start, start + length)),
      onError: () => {
        throw new Unreadable();
      },
    },
    { allowTrailingComma: true },
  );
  const root = open[0]?.members[0]?.value;
  if (!root) throw new Unreadable();
  return { root, comments, colon };
}

/** A comment at the end of a line belongs to the member before it, every other one to the member after it. */
function withSurroundings(text: string, group: OpenGroup, close: number): readonly Member[] {
  const [first] = group.members;
  if (!first) return [];
  let lead = lineEndIn(text, group.start + 1, first.start) ?? group.start + 1;
  return group.members.map(({ key, value, start, keyEnd, comma }, index): Member => {
    const { end } = value;
    const next = group.members[index + 1]?.start;
    const afterComma = comma === undefined ? end : comma + 1;
    const ownLine = lineEndIn(text, end, next ?? close);
    const onOneLine =
      next === undefined ? end + text.slice(end, close).trimEnd().length : afterComma;
    const stop = ownLine === undefined ? onOneLine : Math.max(ownLine, afterComma);
    const member = { key, value, lead, start, keyEnd, end, comma, stop };
    lead = stop;
    return member;
  });
}

export const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\r\n]*/gu;

/** Where the first line ends between two values, not counting the line ends in a comment. */
function lineEndIn(text: string, from: number, to: number): number | undefined {
  const between = text.slice(from, to);
  const blanked = between.includes("/")
    ? between.replaceAll(COMMENT, (comment) => " ".repeat(comment.length))
    : between;
  const found = blanked.search(/[\r\n]/u);
  return found === -1 ? undefined : from + found;
}

export function hasLineEnd(text: string): boolean {
  return /[\r\n]/u.test(text);
}

/** The white space that the line of a place begins with. */
export function indentAt(text: string, offset: number): string {
  let line = offset;
  while (line > 0 && !hasLineEnd(text.charAt(line - 1))) line -= 1;
  return /[ \t]*/uy.exec(text.slice(line, offset))?.[0] ?? "";
}
