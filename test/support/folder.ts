import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll } from "vitest";

/** What lies in a folder: path → text. A path that ends with `/` is an empty folder, a text that begins with `→ ` a link. */
export type Texts = Readonly<Record<string, string>>;

const LINK = "→ ";

/** Call once in a test file: gives folders that hold these texts, and removes them all at the end. */
export function useFolders(): (texts: Texts) => string {
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "create-oauth2-folder-")));
  let count = 0;
  afterAll(() => fs.rmSync(base, { recursive: true, force: true }));
  return (texts) => {
    const folder = path.join(base, String(++count), "project");
    fs.mkdirSync(folder, { recursive: true });
    fill(folder, texts);
    return folder;
  };
}

export function fill(folder: string, texts: Texts): void {
  for (const [file, text] of Object.entries(texts)) {
    const place = path.join(folder, file);
    fs.mkdirSync(file.endsWith("/") ? place : path.dirname(place), { recursive: true });
    if (file.endsWith("/")) continue;
    if (text.startsWith(LINK)) fs.symlinkSync(text.slice(LINK.length), place);
    else fs.writeFileSync(place, text);
  }
}

export function textsIn(folder: string): Texts {
  const found: Record<string, string> = {};
  const visit = (relative: string): void => {
    const place = path.join(folder, relative);
    const stats = fs.lstatSync(place);
    if (stats.isSymbolicLink()) found[relative] = LINK + fs.readlinkSync(place);
    else if (!stats.isDirectory()) found[relative] = fs.readFileSync(place, "utf8");
    else {
      const names = fs.readdirSync(place);
      if (names.length === 0 && relative !== "") found[`${relative}/`] = "";
      for (const name of names) visit(relative === "" ? name : `${relative}/${name}`);
    }
  };
  visit("");
  return found;
}
