// Managed by the template: updates carry fixes for this file, so better do not edit it.
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
      try {
        values[definition.name] = read(definition, source, { ...context, values });
      } catch (error) {
        // A refresh that says nothing good leaves the value from before: its token is kept.
        if (step !== "refresh") throw error;
      }
    }
    return values;
  },
};

/** Throws when the value is missing, or when it may not be used. */
function read(definition: CaptureDefinition, source: TokenAnswer, context: Integration): string {
  const { name, from, key, pattern = usualPattern(name, context) } = definition;
  const sent = from === "redirect" ? source[key] : readPath(source, key);
  const value = typeof sent === "number" ? String(sent) : sent;
  const place = `The ${from === "redirect" ? "redirect" : "token answer"} should say "${key}"`;
  if (typeof value !== "string" || value === "") throw failed(`${place}, but does not`);
  checkLeadsRight(name, value, context);
  if (new RegExp(`^(?:${pattern})$`, "u").test(value)) return value;
  throw failed(`${place} in the form that src/const.ts has for it, but says something else`);
}

/** What names a host is checked against the hosts; in a path nothing may lead elsewhere. */
function usualPattern(name: string, { provider }: Integration): string {
  const isInAddress = Object.values(provider).some((text) => String(text).includes(`{${name}}`));
  return isInAddress && !provider.hostSuffixes?.[name] ? USUAL_VALUE : "[!-~]+";
}

/** Every address that the value stands in must still lead where it may. */
function checkLeadsRight(name: string, value: string, context: Integration): void {
  try {
    fillIn(context, { [name]: value });
  } catch (error) {
    if (error instanceof IntegrationError && error.code === "authorization_failed") throw error;
    throw failed(`What the provider sent as "${name}" cannot stand where src/const.ts has it`);
  }
}

function failed(problem: string): IntegrationError {
  const advice = "Nothing was linked: compare capture in src/const.ts with what the provider sends";
  return new IntegrationError("authorization_failed", `${problem}. ${advice}.`);
}
