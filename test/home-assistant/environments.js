import { execFileSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import fs from "fs-extra";

/** The virtual environments that Home Assistant is proved in, by what is installed there. */
const PACKAGES = {
  /** A whole Home Assistant that can be started. What cleans sound is newer than what it names: only that is there without a compiler. */
  process: ["homeassistant==2026.11.*", "pymicro-vad", "pyspeex-noise"],
  /** Home Assistant as its own tests have it, the newest that there is, and what looks at code. */
  newest: ["pytest-homeassistant-custom-component>=0.13.375", "mypy", "ruff"],
  /** The oldest Home Assistant that a generated integration runs in: 2026.10.0. */
  floor: ["pytest-homeassistant-custom-component==0.13.371"],
};

/** The integrations that a browser needs: its pages, and what Home Assistant imports before it tells them which actions there are. */
const SHOWN = ["frontend", "camera", "conversation", "ffmpeg", "stream", "tts"];

/** They are made once: a minute for Python, two and a gigabyte for each environment. */
const CACHE =
  process.env.HOME_ASSISTANT_ENVIRONMENTS ??
  path.join(
    process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"),
    "create-oauth2-integration",
  );

/**
 * The interpreter of an environment, which is made where it is missing. Start tools as its modules: `-m pytest`.
 * @param {keyof typeof PACKAGES} environment
 * @returns {string}
 */
export function pythonOf(environment) {
  const folder = path.join(CACHE, environment);
  const python = path.join(folder, "bin/python");
  // Written last: an environment that was not finished has no list.
  const list = path.join(folder, "packages.json");
  const wanted = JSON.stringify(PACKAGES[environment]);
  if (fs.existsSync(list) && fs.readFileSync(list, "utf8") === wanted) return python;
  const base = path.join(CACHE, "python");
  fs.removeSync(folder);
  run(fileURLToPath(new URL("python.sh", import.meta.url)), base);
  run(path.join(base, "bin/python3.14"), "-m", "venv", folder);
  install(python, PACKAGES[environment]);
  if (environment === "process")
    install(
      python,
      SHOWN.flatMap((one) => requirementsOf(folder, one)),
    );
  fs.writeFileSync(list, wanted);
  return python;
}

/**
 * @param {string} python
 * @param {readonly string[]} packages
 */
function install(python, packages) {
  run(python, "-m", "pip", "install", "-q", "--disable-pip-version-check", ...packages);
}

/**
 * What an integration of this Home Assistant needs, in the versions that it was released with.
 * @param {string} folder
 * @param {string} integration
 * @returns {readonly string[]}
 */
function requirementsOf(folder, integration) {
  const components = path.join(folder, "lib/python3.14/site-packages/homeassistant/components");
  return fs.readJsonSync(path.join(components, integration, "manifest.json")).requirements;
}

/**
 * @param {string} program
 * @param {readonly string[]} words
 */
function run(program, ...words) {
  execFileSync(program, words, { stdio: ["ignore", "ignore", "inherit"] });
}

// `node test/home-assistant/environments.js newest` makes one and prints its interpreter.
if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const name of process.argv.slice(2))
    console.log(pythonOf(/** @type {keyof typeof PACKAGES} */ (name)));
