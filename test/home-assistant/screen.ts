import type { Page, Part } from "../support/browser.js";
import { eventually } from "./eventually.js";

/** What a person sees and does on pages made of web components: everything is found in every shadow tree. */
export interface Screen {
  /** Waits until a text is seen. */
  readonly wait: (text: string) => Promise<void>;
  /** All texts that are seen once the page is at rest. */
  readonly texts: () => Promise<readonly string[]>;
  /** Presses what shows exactly this text. */
  readonly press: (text: string) => Promise<void>;
  /** Types into the field of a name. */
  readonly fill: (name: string, text: string) => Promise<void>;
  /** What an expression gives, where `seen(selector)` is all that is seen of a selector, and `all(root)` all below a root. */
  readonly read: <Value>(expression: string) => Promise<Value>;
  /** A picture in both colours, once the page is at rest. */
  readonly draw: (view: View) => Promise<Readonly<Record<Colours, Buffer>>>;
}

type Colours = "light" | "dark";

/** A window in CSS pixels, and what of it a picture shows: all, or the last element of a selector with a margin. */
export interface View {
  readonly width: number;
  readonly height: number;
  readonly selector?: string;
}

const MARGIN = 20;

const EYES = `
  const all = (root) => [...root.querySelectorAll("*")].flatMap((element) => [
    element,
    ...(element.shadowRoot ? all(element.shadowRoot) : []),
  ]);
  const isSeen = (node) => {
    const range = document.createRange();
    range.selectNode(node);
    const { width, height } = range.getBoundingClientRect();
    const element = node.parentElement ?? node.getRootNode().host;
    return width > 0 && height > 0 && getComputedStyle(element).visibility === "visible";
  };
  const seen = (selector) => all(document).filter((one) => one.matches(selector) && isSeen(one));
  const words = () => all(document)
    .filter(({ localName }) => !["script", "style", "title"].includes(localName))
    .flatMap((element) => [...element.childNodes])
    .filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "" && isSeen(node));
`;

/** Nothing moves in the second frame from now, and images, letters and icons are there. */
const IS_AT_REST = `
  new Promise(requestAnimationFrame).then(() => new Promise(requestAnimationFrame)).then(() => {
    const roots = [document, ...all(document).flatMap(({ shadowRoot }) => shadowRoot ?? [])];
    return roots.every((root) => root.getAnimations().every(({ playState }) => playState !== "running")) &&
      document.fonts.status === "loaded" &&
      seen("img").every(({ complete }) => complete) &&
      seen("ha-svg-icon").every(({ path }) => path);
  })
`;

const COLOURS = `document.querySelector("home-assistant").hass.themes.darkMode ? "dark" : "light"`;

const quote = (text: string): string => JSON.stringify(text);

export function screenOf(page: Page): Screen {
  const read: Screen["read"] = (expression) =>
    page.evaluate(`(() => { ${EYES} return (${expression}); })()`);
  const becomes = async (what: string, expression: string): Promise<void> => {
    try {
      // A page that is just being left answers nothing.
      await eventually(what, () => read<boolean>(expression).catch(() => false));
    } catch (cause) {
      const texts = await read<readonly string[]>("words().map(({ data }) => data.trim())");
      throw new Error(`There is on the screen: ${texts.join(" | ")}`, { cause });
    }
  };
  const rest = () => becomes("the page is at rest", IS_AT_REST);
  const wait: Screen["wait"] = (text) =>
    becomes(`"${text}" is seen`, `words().some(({ data }) => data.includes(${quote(text)}))`);
  return {
    read,
    wait,
    texts: async () => {
      await rest();
      return read("words().map(({ data }) => data.trim())");
    },
    press: async (text) => {
      await wait(text);
      await rest();
      await read(
        `words().find(({ data }) => data.trim() === ${quote(text)}).parentElement.click()`,
      );
    },
    fill: async (name, text) => {
      const field = `seen(${quote(`input[name="${name}"]`)})[0]`;
      await becomes(`there is a field ${name}`, `${field} !== undefined`);
      await rest();
      await read(`${field}.focus()`);
      await page.type(text);
      await becomes(`${name} holds what was typed`, `${field}.value === ${quote(text)}`);
      await read(`${field}.blur()`);
    },
    draw: async ({ width, height, selector }) => {
      const drawIn = async (colours: Colours): Promise<Buffer> => {
        await page.look({ width, height, colours, scale: 1.5 });
        await becomes(`the page is ${colours}`, `(${COLOURS}) === ${quote(colours)}`);
        await rest();
        return page.picture(selector === undefined ? undefined : await read<Part>(box(selector)));
      };
      return { dark: await drawIn("dark"), light: await drawIn("light") };
    },
  };
}

const box = (selector: string): string => `(({ x, y, width, height }) => ({
  x: x - ${MARGIN},
  y: y - ${MARGIN},
  width: width + 2 * ${MARGIN},
  height: height + 2 * ${MARGIN},
}))(seen(${quote(selector)}).at(-1).getBoundingClientRect())`;
