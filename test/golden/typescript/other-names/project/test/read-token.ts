import type { ProviderDefinition } from "../src/oauth/provider.js";
import { tokenFields } from "../src/provider/token-fields.js";
import type { StoredToken } from "../src/storage/entries.js";
import { createWorld, link } from "./support.js";

/** The token that is made of an answer. */
export async function readToken(
  definition: Partial<ProviderDefinition>,
  answer: Readonly<Record<string, unknown>>,
): Promise<StoredToken> {
  const { sandbox, context } = await createWorld(definition);
  sandbox.hooks.editToken = () => answer;
  const { entry } = await link({ context: { ...context, mechanisms: [tokenFields] } });
  return entry.token;
}
