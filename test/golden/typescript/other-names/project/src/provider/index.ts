import type { Mechanism } from "../oauth/provider.js";
import { placeholders } from "./placeholders.js";
import { codeParameter } from "./code-parameter.js";
import { renamedParameters } from "./renamed-parameters.js";
import { tokenBodyJson } from "./token-body-json.js";
import { tokenHeaders } from "./token-headers.js";
import { tokenFields } from "./token-fields.js";
import { apiAuthHeader } from "./api-auth-header.js";
import { accountByTokenField } from "./account-by-token-field.js";

/** The mechanisms that this provider needs. */
export const MECHANISMS: readonly Mechanism[] = [
  placeholders,
  codeParameter,
  renamedParameters,
  tokenBodyJson,
  tokenHeaders,
  tokenFields,
  apiAuthHeader,
  accountByTokenField,
];
