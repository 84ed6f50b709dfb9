import path from "node:path";
import type { SaidAnswers } from "../core/answers.js";
import { questions, type World } from "../core/questions.js";
import type { Context } from "./context.js";

/** What the world offers as defaults, looked up only for what nobody said. A value that no question would take is left out. */
export async function readWorld(
  said: SaidAnswers,
  directory: string | undefined,
  { cwd }: Context,
): Promise<World> {
  const year = new Date().getFullYear();
  if (said.has("author") && (said.has("repository") || directory === undefined)) return { year };
  const { gitOrigin, gitUserName } = await import("../io/git.js");
  const [author, repository] = await Promise.all([
    said.has("author") ? undefined : gitUserName(cwd),
    said.has("repository") || directory === undefined
      ? undefined
      : gitOrigin(path.resolve(cwd, directory)),
  ]);
  return {
    year,
    ...(author !== undefined && questions.author.read(author).ok && { author }),
    ...(repository !== undefined && questions.repository.read(repository).ok && { repository }),
  };
}
