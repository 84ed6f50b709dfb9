import type { Request } from "./cli.js";
import type { Context, Outcome } from "./commands/context.js";

/**
 * Runs the command that was asked for, and loads no other. The build joins what runs need together: each further file costs a run half a
 * millisecond, and each 20 kB that it does not need another one.
 */
export async function carryOut(request: Request, context: Context): Promise<Outcome> {
  switch (request.command) {
    case "create":
      if (request.printAnswers)
        return (await import("./commands/print-answers.js")).printAnswers(request, context);
      return (await import("./commands/create.js")).create(request, context);
    case "update":
      return (await import("./commands/update.js")).update(request, context);
    case "diff":
      return (await import("./commands/diff.js")).diff(request, context);
    case "explain":
      return (await import("./commands/explain.js")).explain(request, context);
    case "providers":
      return (await import("./commands/providers.js")).providers(request, context);
    case "demo":
      return (await import("./commands/demo.js")).demo(context);
  }
}
