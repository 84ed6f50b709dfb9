import type { Request } from "./cli.js";
import type { Context, Outcome } from "./commands/context.js";
import { create } from "./commands/create.js";
import { diff } from "./commands/diff.js";
import { explain } from "./commands/explain.js";
import { update } from "./commands/update.js";

/*
 * Everything that most runs need, in one module: each further file costs a run half a millisecond. Prompts, other programs, YAML and the
 * demo are loaded when they are wanted.
 */

export { commandOf, parseArgv } from "./cli.js";

/** Runs the command that was asked for. */
export async function carryOut(request: Request, context: Context): Promise<Outcome> {
  switch (request.command) {
    case "create":
      return create(request, context);
    case "update":
      return update(request, context);
    case "diff":
      return diff(request, context);
    case "explain":
      return explain(request, context);
    case "providers":
      return (await import("./commands/providers.js")).providers(request, context);
    case "demo":
      return (await import("./commands/demo.js")).demo(context);
  }
}
