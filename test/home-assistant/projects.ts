import type { FileTree } from "../../src/core/files.js";
import type { AnswerDocument } from "../support/answers.js";
import { specOf } from "../support/answers.js";
import { HOME_ASSISTANT_CASES } from "../golden/home-assistant-cases.js";
import { renderSpec } from "../support/project.js";

type Texts = Readonly<Record<string, string>>;

/** `translations/en.json`. */
export interface Strings {
  readonly application_credentials: Texts;
  readonly config: {
    readonly abort: Texts;
    readonly error?: Texts;
    readonly step: Readonly<
      Record<string, { readonly data?: Texts; readonly data_description?: Texts }>
    >;
  };
  readonly entity: { readonly sensor: Readonly<Record<string, Texts>> };
  readonly exceptions: Readonly<Record<string, Texts>>;
}

/** `icons.json`. */
export interface Icons {
  readonly entity: { readonly sensor: Readonly<Record<string, Texts>> };
}

/** A rendered integration, read as text; `integration` is its own folder. */
export interface RenderedIntegration {
  readonly tree: FileTree;
  readonly domain: string;
  /** The text of a file of the project. Fails where there is none. */
  readonly read: (file: string) => string;
  /** The text of a file of `custom_components/<domain>`. */
  readonly integration: (file: string) => string;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly strings: Strings;
  readonly icons: Icons;
  readonly files: readonly string[];
}

export async function renderIntegration(answers: AnswerDocument): Promise<RenderedIntegration> {
  const spec = specOf({ templateSet: "home-assistant", ...answers });
  const tree = await renderSpec(spec);
  const texts = new Map([...tree].map(([file, { content }]) => [String(file), content]));
  const read = (file: string): string => {
    const content = texts.get(file);
    if (content === undefined) throw new Error(`There is no ${file}.`);
    return typeof content === "string" ? content : Buffer.from(content).toString("latin1");
  };
  const integration = (file: string): string => read(`custom_components/${spec.domain}/${file}`);
  return {
    tree,
    domain: spec.domain,
    read,
    integration,
    manifest: JSON.parse(integration("manifest.json")),
    strings: JSON.parse(integration("translations/en.json")),
    icons: JSON.parse(integration("icons.json")),
    files: [...texts.keys()],
  };
}

/** Whether the code of sensors gives a device class to the one of a key. */
export function hasDeviceClass(code: string, key: string): boolean {
  const [, description = ""] = code.split(`translation_key="${key}"`);
  return description.split("translation_key=")[0]?.includes("device_class=") === true;
}

/** Text that has a meaning in Python, JSON, YAML, Markdown, ICU MessageFormat or a shell. */
export const HOSTILE = `"'{x}' \\\\ <b>$(x)</b> [%key:x%] %s #{y} \`z\` | 🙂 漢字`;

const HOSTILE_ANSWERS: AnswerDocument = {
  name: HOSTILE.slice(0, 60).trim(),
  domain: "hostile_texts",
  description: HOSTILE,
  author: HOSTILE,
  authorizationUrl: "https://hostile.dev/authorize?a=%7B%22%27%7D",
  tokenUrl: "https://hostile.dev/token",
  scopes: ["a'b", "c{d}", "e|f"],
  authorizationParams: { [`a"b`]: `'"\\{{}}` },
  variables: [
    { name: "tenant", label: HOSTILE, description: `${HOSTILE} ''{`, pattern: `[a-z'"\\\\]+` },
    { name: "server", label: "Server", example: "https://server.hostile.dev/x", pattern: ".+" },
  ],
  sensors: [
    { path: "/a'b\"c", field: "it's.a-b|c", name: HOSTILE },
    { path: "/x|y", field: "a|b", name: "Humidity [%]", unit: "%", deviceClass: "humidity" },
    { path: "/x|y", field: "a|b", name: "漢字" },
  ],
  repository: "https://github.com/hostile/texts",
};

const LONG_ANSWERS: AnswerDocument = {
  name: "N".repeat(60),
  domain: `d${"0_".repeat(24)}1`,
  authorizationUrl: `https://long.dev/${"path/".repeat(30)}`,
  tokenUrl: "https://long.dev/token",
  scopes: Array.from({ length: 20 }, (_none, index) => `scope.number.${index}`),
  sensors: [{ path: `/${"p".repeat(200)}`, field: "f".repeat(100), name: "n ".repeat(30).trim() }],
  repository: "https://gitlab.example.org/group/subgroup/project",
};

/** Sets of answers that differ in everything that a rule looks at. */
export const RULE_CASES: readonly (readonly [string, AnswerDocument])[] = [
  ...HOME_ASSISTANT_CASES.map(({ name, answers }) => [name, answers] as const),
  ["hostile texts", HOSTILE_ANSWERS],
  ["long texts", LONG_ANSWERS],
];
