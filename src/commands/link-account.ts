import { duration } from "../core/duration.js";
import { UserError } from "../core/errors.js";
import { run, runAtTerminal } from "../io/run.js";
import { startProgram } from "../io/start-program.js";
import type { Creation } from "./after-create.js";
import { type Context, stopIfInterrupted } from "./context.js";

/** With whom an account is linked: the service, or the project's own authorization server. */
export type LinkWay = "service" | "sandbox";

const SANDBOX = "dist/sandbox/server.js";
/** Milliseconds that a person may take in the sandbox. */
const SANDBOX_LIMIT = 15 * 60_000;

/**
 * Builds a project and links an account with it, as its own `link` command does at a terminal: where the app is registered, the redirect
 * URI, client id and secret, the browser, the result. Gives whether an account is linked.
 * @throws {UserError} `cancelled` and the like when the run was interrupted
 */
export async function linkAccount(
  { target, request }: Creation,
  program: string,
  way: LinkWay,
  packageManager: string,
  context: Context,
): Promise<boolean> {
  const { say, during, signal } = context;
  say("Building …\n");
  const begin = performance.now();
  const built = await during("build", () =>
    run(packageManager, ["run", "build"], { cwd: target, tell: say, signal }),
  );
  await stopIfInterrupted(context);
  if (!built.ok) return false;
  say(`Built in ${duration(performance.now() - begin)}.\n`);
  const link = async (...words: readonly string[]): Promise<boolean> => {
    const code = await runAtTerminal(process.execPath, [program, "link", ...words], {
      cwd: target,
      signal,
      aside: request.json,
    });
    await stopIfInterrupted(context);
    return code === 0;
  };
  if (way === "service") return link();
  const sandbox = await startProgram(process.execPath, [SANDBOX], {
    cwd: target,
    environment: {},
    until: /Ctrl-C/u,
    signal,
    limit: SANDBOX_LIMIT,
  });
  try {
    return await link("--sandbox");
  } finally {
    await sandbox.stop();
  }
}

/** What is told where no account was linked. */
export function linkFailed(packageManager: string): Pick<UserError, "code" | "message" | "hint"> {
  return {
    code: "link-failed",
    message: "The project is complete, but no account was linked.",
    hint: `Read what was said above, then run ${packageManager} run link in the project.`,
  };
}
