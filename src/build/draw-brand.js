/**
 * Draws the neutral image of a Home Assistant integration, two links of a chain, for owners to replace: `npm run draw:brand`.
 * Sizes and form are those of the brands of Home Assistant: PNG, square, 256 and 512 pixels, transparent around the shape.
 */
import path from "node:path";
import { fileURLToPath } from "node:url";
import { crc32, deflateSync } from "node:zlib";
import fs from "fs-extra";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = path.join(root, "templates/home-assistant/base/custom_components/{{domain}}/brand");

/** In units of the side: two capsules along the diagonal, each with a half length, a radius and a width of its line. */
const LINK = { half: 0.12, radius: 0.15, width: 0.035, gap: 0.03 };
const FIRST = { at: -0.165, colour: [62, 100, 142] };
const SECOND = { at: 0.165, colour: [84, 140, 190] };

/**
 * The distance of a point from the line of a link: negative on it.
 * @param {number} along the diagonal, from the middle of the link
 * @param {number} across
 */
function distance(along, across) {
  const beyond = Math.max(0, Math.abs(along) - LINK.half);
  return Math.abs(Math.hypot(beyond, across) - LINK.radius) - LINK.width;
}

/**
 * How much of a pixel lies on the shape.
 * @param {number} far in units of the side
 * @param {number} side
 */
const cover = (far, side) => Math.min(1, Math.max(0, 0.5 - far * side));

/**
 * Red, green, blue and alpha of a point.
 * @param {number} x
 * @param {number} y
 * @param {number} side
 */
function pixel(x, y, side) {
  const along = (x + y) / Math.SQRT2;
  const across = (x - y) / Math.SQRT2;
  // Each link passes over the other once: a gap around the upper one shows which.
  const [upper, lower] = across < 0 ? [FIRST, SECOND] : [SECOND, FIRST];
  const far = distance(along - upper.at, across);
  const top = cover(far, side);
  const left = (1 - cover(far - LINK.gap, side)) * (1 - top);
  const under = cover(distance(along - lower.at, across), side) * left;
  const alpha = top + under;
  const mixed = upper.colour.map((part, index) =>
    alpha === 0 ? 0 : Math.round((part * top + (lower.colour[index] ?? 0) * under) / alpha),
  );
  return [...mixed, Math.round(alpha * 255)];
}

/** @param {number} side in pixels */
function draw(side) {
  const rows = Array.from({ length: side }, (_row, y) => [
    0, // no filter
    ...Array.from({ length: side }, (_column, x) =>
      pixel((x + 0.5) / side - 0.5, (y + 0.5) / side - 0.5, side),
    ).flat(),
  ]);
  return Buffer.from(rows.flat());
}

/**
 * @param {string} type
 * @param {Buffer} data
 */
function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** @param {number} side */
function png(side) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 6], 8); // eight bits, RGB and alpha
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(draw(side), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

for (const [name, side] of /** @type {const} */ ([
  ["icon.png", 256],
  ["icon@2x.png", 512],
]))
  fs.outputFileSync(path.join(folder, name), png(side));
