import type { Mechanism } from "../oauth/provider.js";
import { accountByCall } from "./account-by-call.js";
import { revocation } from "./revocation.js";

/** The mechanisms that this provider needs. */
export const MECHANISMS: readonly Mechanism[] = [accountByCall, revocation];
