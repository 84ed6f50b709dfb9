import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * The licences of everything that a bundle holds, as one text.
 * @param {readonly string[]} inputs the bundle's files, as esbuild names them
 * @returns {string}
 */
export function noticesOf(inputs) {
  const packages = new Map(
    inputs.flatMap((input) => packageFolder(input)).map((folder) => [folder, noticeOf(folder)]),
  );
  const texts = [...packages]
    .toSorted(([a], [b]) => a.localeCompare(b, "en"))
    .map(([, text]) => text);
  return `This program bundles the packages below. Each stands under its own licence.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

/** @param {string} input */
function packageFolder(input) {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//u.exec(input);
  return found?.[1] === undefined ? [] : [found[1]];
}

/** @param {string} folder */
function noticeOf(folder) {
  const { name, version, license } = JSON.parse(
    readFileSync(path.join(folder, "package.json"), "utf8"),
  );
  const file = readdirSync(folder).find((entry) => /^(?:licen[cs]e|copying)/iu.test(entry));
  if (file === undefined && license !== "MIT") throw new Error(`${name} has no licence file`);
  const text =
    file !== undefined && existsSync(path.join(folder, file))
      ? readFileSync(path.join(folder, file), "utf8").trim()
      : `Licence: ${license}`;
  return `${name} ${version}\n\n${text}\n`;
}
