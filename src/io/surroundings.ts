import { isatty } from "node:tty";

/** What the process was started in: whether a person is there to ask, and what npm did to the command line. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
}

/** Where this process stands. Asking `process.stdin` would open it, which takes time, and few runs read from it. */
export function surroundingsNow(): Surroundings {
  return { environment: process.env, stdinIsTerminal: isatty(0), stdoutIsTerminal: isatty(1) };
}

/** Variables that a coding agent sets for the commands that it runs. */
const AGENTS = [
  "AI_AGENT",
  "CLAUDECODE",
  "CLAUDE_CODE",
  "CODEX_SANDBOX",
  "CODEX_THREAD_ID",
  "CURSOR_AGENT",
  "GEMINI_CLI",
  "COPILOT_AGENT",
  "OPENCODE",
  "OPENCODE_CLIENT",
  "GOOSE_PROVIDER",
  "JUNIE_DATA",
  "AUGMENT_AGENT",
  "REPL_ID",
] as const;

/** Why nobody can be asked, or `undefined` where a person sits at a terminal. */
export function reasonNotToAsk({
  environment,
  stdinIsTerminal,
  stdoutIsTerminal,
}: Surroundings): string | undefined {
  if (!stdinIsTerminal || !stdoutIsTerminal) return "there is no terminal";
  return whyNobodyLooks(environment);
}

/** Why no person sees what is printed, also at a terminal; `undefined` where one may. */
export function whyNobodyLooks(environment: Surroundings["environment"]): string | undefined {
  const { CI: ci } = environment;
  if (ci !== undefined && ci !== "" && ci !== "false" && ci !== "0") return "CI is set";
  const agent = AGENTS.find((name) => (environment[name] ?? "") !== "");
  return agent === undefined ? undefined : `${agent} is set`;
}

/** The package manager that ran us (`npm_config_user_agent` begins with its name). */
export function packageManagerOf(
  environment: Surroundings["environment"],
): "npm" | "pnpm" | "yarn" | "bun" {
  const name = /^[a-z]+/u.exec(environment["npm_config_user_agent"] ?? "")?.[0];
  return name === "pnpm" || name === "yarn" || name === "bun" ? name : "npm";
}
