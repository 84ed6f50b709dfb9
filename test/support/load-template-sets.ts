import { TEMPLATE_SETS } from "../../src/core/template-sets.js";
import { loadTemplateSet } from "../../src/template-sets/index.js";

/* Tests that call our functions have both template sets at hand, as a command has the one that it works on. */
await Promise.all(TEMPLATE_SETS.map(loadTemplateSet));
