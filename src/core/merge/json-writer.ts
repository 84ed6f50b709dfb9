import {
  COMMENT,
  type Document,
  type Group,
  hasLineEnd,
  indentAt,
  isGroup,
  type Member,
  type Node,
} from "./json-document.js";

/** A group of yours with other members or other values in it. */
export interface Mix {
  readonly kind: "object" | "array";
  readonly yours: Group;
  readonly members: readonly Entry[];
}

/** A member of yours or of the template, and what its value becomes. */
export interface Entry {
  /** The name in an object; in a list, what tells the item from the others. */
  readonly key: string;
  readonly value: Outcome;
  readonly member: Member;
}

/** A node of yours, a node of the template, or a mix. */
export type Outcome = Node | Mix;

export interface Sides {
  readonly mine: Document;
  readonly theirs: Document;
  /** The comments that the template had and has no more. */
  readonly stale: ReadonlySet<string>;
  /** One step of indentation of yours, of the template if yours shows none. */
  readonly step: string;
  /** What follows a colon or a comma on one line, likewise. */
  readonly blank: "" | " ";
}

interface Layout {
  /** A line for each member, or all on one. */
  readonly lines: boolean;
  /** Of the line on which the member stands. */
  readonly indent: string;
}

export function writeDocument(merged: Outcome, sides: Sides): string {
  const { mark, text, root, lines } = sides.mine;
  if (merged === root) return mark + text;
  const written = writeChanged(merged, { lines, indent: "" }, sides);
  return mark + text.slice(0, root.start) + written + text.slice(root.end);
}

/** What takes the place of a value of yours: the same group with changes in it, or a value of the template. */
function writeChanged(outcome: Outcome, layout: Layout, sides: Sides): string {
  return "yours" in outcome ? writeMix(outcome, sides) : writeNew(outcome, layout, sides);
}

function writeMix(mix: Mix, sides: Sides): string {
  const frame = frameOf(mix, sides);
  const { before, rest } = leftComments(mix, frame, sides);
  const own = new Set(mix.yours.members);
  let text = "";
  let tail = "";
  const put = (piece: string, after: string): void => {
    if (piece + after === "") return;
    // What follows a comment to the end of its line must not become part of it.
    const isSwallowed = /\/\/[^\r\n]*$/u.test(tail) && !/^[ \t]*[\r\n]/u.test(piece + after);
    text += (isSwallowed ? sides.mine.lineEnd + frame.indent : "") + piece + after;
    tail = after;
  };
  put("", frame.open);
  for (const [index, entry] of mix.members.entries()) {
    const write = own.has(entry.member) ? writeOwnMember : writeNewMember;
    const { lead, body, after } = write(entry, index, { frame, sides, yours: mix.yours });
    const wantsComma = index < mix.members.length - 1 || frame.trailingComma;
    for (const comment of before.get(entry.member) ?? []) put("", comment);
    put(lead + body, withComma(after, wantsComma));
  }
  const isEmpty = mix.members.length === 0 && rest.length === 0;
  if (isEmpty && isBlank(frame.open.slice(1) + frame.close.slice(0, -1))) {
    return frame.open.slice(0, 1) + frame.close.slice(-1);
  }
  for (const comment of rest) put("", comment);
  put(frame.close, "");
  return text;
}

/** How a group of yours is laid out. */
interface Frame extends Layout {
  /** From its bracket to where the first member's surroundings begin. */
  readonly open: string;
  /** From where the last member's surroundings end to its bracket. */
  readonly close: string;
  /** Before the first member, and before every other. */
  readonly first: string;
  readonly gap: string;
  readonly trailingComma: boolean;
}

function frameOf({ yours, members }: Mix, sides: Sides): Frame {
  const { text, lineEnd } = sides.mine;
  const [first, second] = yours.members;
  const last = yours.members.at(-1);
  if (!first || !last) return frameOfEmpty(yours, members[0]?.member, sides);
  const common = {
    open: text.slice(yours.start, first.lead),
    close: text.slice(last.stop, yours.end),
    trailingComma: last.comma !== undefined,
  };
  const lead = text.slice(first.lead, first.start);
  if (hasLineEnd(lead)) {
    const indent = indentAt(text, first.start);
    const gap = lineEnd + indent;
    return { ...common, lines: true, indent, first: gap, gap };
  }
  const between = second ? text.slice(second.lead, second.start) : "-";
  return {
    ...common,
    lines: false,
    indent: "",
    first: isBlank(lead) ? lead : "",
    gap: isBlank(between) ? between : sides.blank,
  };
}

/** A group without members is laid out as the template's is, unless your whole file stands on one line. */
function frameOfEmpty(yours: Group, first: Member | undefined, sides: Sides): Frame {
  const { text, root, lines, lineEnd } = sides.mine;
  const inner = text.slice(yours.start + 1, yours.end - 1);
  const open = text.charAt(yours.start) + inner.trimEnd();
  const end = text.charAt(yours.end - 1);
  const isSpread = first && hasLineEnd(sides.theirs.text.slice(first.lead, first.start));
  if (hasLineEnd(inner) || (isSpread && (lines || yours === root))) {
    const outer = indentAt(text, yours.start);
    const indent = outer + sides.step;
    const gap = lineEnd + indent;
    const close = lineEnd + outer + end;
    return { open, close, lines: true, indent, first: gap, gap, trailingComma: false };
  }
  const gap = sides.blank;
  const pad = yours.kind === "object" ? gap : "";
  return {
    open,
    close: pad + end,
    lines: false,
    indent: "",
    first: pad,
    gap,
    trailingComma: false,
  };
}

/** A member in pieces: what stands before it, itself, and what follows it, with its comma. */
interface Piece {
  readonly lead: string;
  readonly body: string;
  readonly after: { readonly text: string; readonly comma: number | undefined };
}

interface Surroundings {
  readonly frame: Frame;
  readonly sides: Sides;
  readonly yours: Group;
}

function writeOwnMember({ member, value }: Entry, index: number, around: Surroundings): Piece {
  const { frame, sides, yours } = around;
  const { text } = sides.mine;
  const lead = text.slice(member.lead, member.start);
  const wasFirst = member === yours.members[0];
  const isMoved = wasFirst !== (index === 0) && isBlank(lead) && !hasLineEnd(lead);
  const place = index === 0 ? frame.first : frame.gap;
  const comma = member.comma === undefined ? undefined : member.comma - member.end;
  const layout = { ...frame, indent: frame.lines ? indentAt(text, member.start) : "" };
  const written =
    value === member.value
      ? text.slice(member.value.start, member.end)
      : writeChanged(value, layout, sides);
  return {
    lead: isMoved ? place : lead,
    body: text.slice(member.start, member.value.start) + written,
    after: { text: text.slice(member.end, member.stop), comma },
  };
}

/** On a line of its own a member brings the template's comments about it. */
function writeNewMember({ member }: Entry, index: number, { frame, sides }: Surroundings): Piece {
  const { text } = sides.theirs;
  const lead = index === 0 ? frame.first : frame.gap;
  if (!frame.lines) {
    const body = nameOf(member, sides) + writeNew(member.value, frame, sides);
    return { lead, body, after: { text: "", comma: undefined } };
  }
  const comment = text.slice(member.lead, member.start).search(/\/[/*]/u);
  const start = comment === -1 ? member.start : member.lead + comment;
  const after = withComma(
    {
      text: text.slice(member.end, member.stop),
      comma: member.comma === undefined ? undefined : member.comma - member.end,
    },
    false,
  );
  return {
    lead,
    body: reindented(start, member.end, frame.indent, sides),
    after: { text: after.trimEnd(), comma: undefined },
  };
}

/** The name of a member of the template with its colon; nothing in a list. */
function nameOf(member: Member, sides: Sides): string {
  if (member.start === member.keyEnd) return "";
  return `${sides.theirs.text.slice(member.start, member.keyEnd)}:${sides.blank}`;
}

function writeNew(node: Node, layout: Layout, sides: Sides): string {
  const written = sides.theirs.text.slice(node.start, node.end);
  if (!isGroup(node) || (sides.blank !== "" && !hasLineEnd(written))) return written;
  return layout.lines ? reindented(node.start, node.end, layout.indent, sides) : flat(node, sides);
}

/** A piece of the template's text with your indentation and line ends. */
function reindented(start: number, end: number, indent: string, sides: Sides): string {
  const { mine, theirs, step } = sides;
  const outer = indentAt(theirs.text, start);
  const [first = "", ...lines] = theirs.text.slice(start, end).split(/\r\n|\n|\r/u);
  const moved = lines.map((line) => {
    const text = line.trimStart();
    if (text === "") return "";
    let inner = line.slice(0, line.length - text.length);
    inner = inner.startsWith(outer) ? inner.slice(outer.length) : "";
    let depth = 0;
    while (theirs.step && inner.startsWith(theirs.step)) {
      inner = inner.slice(theirs.step.length);
      depth += 1;
    }
    return indent + step.repeat(depth) + inner + text;
  });
  return [first, ...moved].join(mine.lineEnd);
}

/** A value of the template on one line. */
function flat(node: Node, sides: Sides): string {
  if (!isGroup(node)) return node.written;
  const { blank } = sides;
  const members = node.members.map((member) => nameOf(member, sides) + flat(member.value, sides));
  const inner = members.join(`,${blank}`);
  if (node.kind === "array") return `[${inner}]`;
  return inner === "" ? "{}" : `{${blank}${inner}${blank}}`;
}

/** The text that follows a member, with a comma or without. */
function withComma({ text, comma }: Piece["after"], wanted: boolean): string {
  if (wanted === (comma !== undefined)) return text;
  return comma === undefined ? `,${text}` : text.slice(0, comma) + text.slice(comma + 1);
}

/** The comments around members that go which do not go with them: before the member that comes next, or at the end. */
function leftComments(
  { yours, members }: Mix,
  frame: Frame,
  { mine, stale }: Sides,
): {
  readonly before: ReadonlyMap<Member, readonly string[]>;
  readonly rest: readonly string[];
} {
  const kept = new Set(members.map(({ member }) => member));
  const before = new Map<Member, readonly string[]>();
  let rest: readonly string[] = [];
  for (const member of yours.members) {
    const lead = mine.text.slice(member.lead, member.start);
    const after = mine.text.slice(member.end, member.stop);
    const comments = [...`${lead}\n${after}`.matchAll(COMMENT)].map(([comment]) => comment);
    if (kept.has(member)) {
      before.set(member, rest);
      rest = [];
    } else if (comments.some((comment) => !stale.has(comment))) {
      const behind = (after.match(COMMENT) ?? []).map((comment) => frame.gap + comment);
      rest = [...rest, lead.trimEnd(), ...behind];
    }
  }
  return { before, rest };
}

function isBlank(text: string): boolean {
  return text.trim() === "";
}
