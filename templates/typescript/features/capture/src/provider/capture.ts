import { IntegrationError } from "../errors.js";
import { fillIn, type Integration, type Mechanism, type TokenAnswer } from "../oauth/provider.js";
import { USUAL_VALUE } from "./address.js";
import { readPath } from "./dotted-path.js";

declare module "../oauth/provider.js" {
  interface ProviderDefinition {
    /** Values that the provider sends, and that later requests need. */
    readonly capture?: readonly CaptureDefinition[];
  }
}

/** The key is a parameter of the redirect, or a dotted path into the token answer. */
export interface CaptureDefinition {
  readonly name: string;
  readonly from: "redirect" | "token";
  readonly key: string;
  /** Describes the whole of the value. */
  readonly pattern?: string;
}

/** The provider says on the way where, or as whom, it is to be called. */
export const capture: Mechanism = {
  capture(context, step, source) {
    // A redirect with an error has nothing else to say.
    if (step === "redirect" && source["error"] !== undefined) return {};
    const from = step === "redirect" ? "redirect" : "token";
    const values = { ...context.values };
    for (const definition of context.provider.capture ?? []) {
      if (definition.from !== from) continue;
      const value = read(definition, source, { ...context, values });
      // A refresh that says nothing good leaves the value from before: its token is kept.
      if (value !== undefined) values[definition.name] = value;
      else if (step !== "refresh") throw missing(definition);
    }
    return values;
  },
};

/** Undefined when the value is missing, or when it may not be used. */
function read(
  definition: CaptureDefinition,
  source: TokenAnswer,
  context: Integration,
): string | undefined {
  const { name, from, key, pattern = usualPattern(name, context) } = definition;
  const sent = from === "redirect" ? source[key] : readPath(source, key);
  const value = typeof sent === "number" ? String(sent) : sent;
  if (typeof value !== "string" || value === "") return undefined;
  const isGood =
    new RegExp(`^(?:${pattern})$`, "u").test(value) && leadsRight(name, value, context);
  return isGood ? value : undefined;
}

/** What names a host is checked against the hosts; in a path nothing may lead elsewhere. */
function usualPattern(name: string, { provider }: Integration): string {
  const isInAddress = Object.values(provider).some((text) => String(text).includes(`{${name}}`));
  return isInAddress && !provider.hostSuffixes?.[name] ? USUAL_VALUE : "[!-~]+";
}

/** Whether every address that the value stands in still leads where it may. */
function leadsRight(name: string, value: string, context: Integration): boolean {
  try {
    fillIn(context, { [name]: value });
    return true;
  } catch {
    return false;
  }
}

function missing({ from, key }: CaptureDefinition): IntegrationError {
  const place = from === "redirect" ? "redirect" : "token answer";
  const message = `The ${place} should say "${key}": that is missing, or cannot be trusted.`;
  return new IntegrationError("authorization_failed", `${message} Nothing was sent there.`);
}
