import { UserError } from "../core/errors.js";
import { nearest } from "../core/nearest.js";
import type { CreateRequest } from "./after-create.js";
import type { Context, Outcome } from "./context.js";
import { askForTemplateSet, saidAnswers } from "./said-answers.js";

/** Makes a new project. The first question stands at the terminal before all that comes after it is loaded. */
export async function create(request: CreateRequest, context: Context): Promise<Outcome> {
  const told = await saidAnswers(request, context);
  if (told.size === 0) requireNoCommand(request.directory);
  const said = context.ask ? await askForTemplateSet(told, context.ask) : told;
  const { createProject } = await import("./create-project.js");
  return createProject(said, request, context);
}

/** The long commands: a slip in `demo` or `diff` is a name that a service may have. */
const LONG_COMMANDS = ["update", "explain", "providers"];

/** A word alone that is nearly a command is none of a directory. Throws `invalid-usage`. */
function requireNoCommand(directory: string | undefined): void {
  const meant = /^\w+$/u.test(directory ?? "")
    ? nearest(directory ?? "", LONG_COMMANDS)
    : undefined;
  if (meant === undefined) return;
  throw new UserError(
    "invalid-usage",
    `${directory} is not known as a command. Did you mean ${meant}?`,
    `For a project in a directory of that name, write ./${directory}.`,
  );
}
