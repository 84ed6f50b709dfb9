import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import fs from "fs-extra";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Page, startBrowser } from "./support/browser.js";
import { buildPlainProject } from "./support/built-project.js";
import { useSandboxes } from "./support/program.js";

/** A sign-in in a real browser, from the page of the service to the last page of ours. */

const { environment } = useSandboxes()();
const project = buildPlainProject("browser");
let server: ChildProcess;

async function firstLine({ stdout }: ChildProcess): Promise<void> {
  if (stdout !== null) await once(createInterface(stdout), "line");
}

beforeAll(async () => {
  server = spawn(process.execPath, [path.join(project, "dist/sandbox/server.js")], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await firstLine(server);
});

afterAll(() => {
  server.kill();
  fs.removeSync(project);
});

/** What a person sees of the last page at one width, in one set of colours. */
interface Sight {
  readonly title: string;
  readonly isWiderThanWindow: boolean;
  readonly sizes: readonly number[];
  readonly contrasts: readonly number[];
}

/** Of each text: its size in pixels, and its contrast with the ground as WCAG 2.2, section 1.4.3, counts it. */
const SIGHT = `(() => {
  const canvas = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const paint = (colour, alpha) => {
    canvas.globalAlpha = alpha;
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  const ground = isDark ? "rgb(18, 18, 18)" : "rgb(255, 255, 255)";
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((part) => part / 255).map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const texts = [...document.querySelectorAll("h1, p, svg")].map((element) => getComputedStyle(element));
  return {
    title: document.title,
    isWiderThanWindow: document.documentElement.scrollWidth > innerWidth,
    sizes: texts.map(({ fontSize }) => parseFloat(fontSize)),
    contrasts: texts.map(({ color, opacity }) => {
      const below = luminance(paint(ground, 1));
      const above = luminance(paint(color, Number(opacity)));
      return (Math.max(above, below) + 0.05) / (Math.min(above, below) + 0.05);
    }),
  };
})()`;

async function signIn(page: Page, click: string): Promise<number | null> {
  const words = [path.join(project, "dist/src/cli.js"), "link", "--sandbox", "--no-browser"];
  const program = spawn(process.execPath, [...words, "--json"], {
    env: environment,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(program, "exit");
  let url = "";
  for await (const line of createInterface(program.stdout)) {
    const event = JSON.parse(line) as { readonly event: string; readonly url?: string };
    if (event.event === "authorization_url") url = event.url ?? "";
    if (url !== "") break;
  }
  program.stdout.resume();
  await page.open(url);
  await page.evaluate(`document.querySelector(${JSON.stringify(click)}).click()`);
  const [code] = (await ended) as [number | null];
  return code;
}

describe.each([
  { does: "signs in", click: "button[value=alice]", code: 0, title: "Account linked" },
  { does: "refuses", click: "button[value='']", code: 1, title: "No account was linked" },
])("who $does", ({ click, code, title }) => {
  // The program waits for the browser's last request a second and a half: on a busy machine that can be too short.
  it(
    "sees the true result, readable at every width, in light and in dark",
    { retry: 2 },
    async () => {
      await using page = await startBrowser();
      expect(await signIn(page, click)).toBe(code);
      await expect
        .poll(() => page.evaluate<string>("document.title"), { timeout: 10_000 })
        .toBe(title);
      for (const width of [360, 768, 1280])
        for (const colours of ["light", "dark"] as const) {
          await page.look({ width, colours });
          const sight = await page.evaluate<Sight>(SIGHT);
          expect([width, sight.title, sight.isWiderThanWindow]).toEqual([width, title, false]);
          expect(sight.sizes).toHaveLength(3);
          expect(Math.min(...sight.sizes)).toBeGreaterThanOrEqual(16);
          expect(Math.min(...sight.contrasts), `${width} ${colours}`).toBeGreaterThan(4.5);
          const folder = process.env["PICTURES"];
          // `npm run pictures`: what the README shows.
          if (folder !== undefined && width === 768 && code === 0)
            fs.outputFileSync(path.join(folder, `signed-in-${colours}.png`), await page.picture());
        }
      expect(page.complaints).toEqual([]);
      const hosts = new Set(page.requests.map((request) => new URL(request).hostname));
      expect([...hosts].filter((host) => host !== "")).toEqual(["127.0.0.1"]);
    },
  );
});
