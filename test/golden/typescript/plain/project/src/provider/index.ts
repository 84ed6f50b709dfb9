import type { Mechanism } from "../oauth/provider.js";

/** The mechanisms that this provider needs. */
export const MECHANISMS: readonly Mechanism[] = [];
