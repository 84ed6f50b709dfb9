import type { IntegrationSpec } from "../core/spec.js";

/** The features that every set has: folders of `templates/common/features`, and when each is part of a project. */
export const commonFeatures: Readonly<Record<string, (spec: IntegrationSpec) => boolean>> = {
  "license-mit": ({ license }) => license === "MIT",
  "license-apache-2.0": ({ license }) => license === "Apache-2.0",
  "license-bsd-3-clause": ({ license }) => license === "BSD-3-Clause",
  "license-isc": ({ license }) => license === "ISC",
};
