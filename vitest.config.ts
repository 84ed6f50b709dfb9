import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** What measures memory or time of what it starts, or fills the machine by itself. */
const ALONE = [
  "test/hardness.slow.test.ts",
  "test/e2e/*-faults.slow.test.ts",
  "test/home-assistant/*.slow.test.ts",
  "test/keychain.slow.test.ts",
];
const PATIENT = { testTimeout: 600_000, hookTimeout: 600_000 };
const NOT_OURS = ["test/golden/*/**", "test/.work/**"];

/** `npm test` runs what takes seconds; `npm run test:slow` what generates, installs, breaks disks or drives a browser. */
export default defineConfig({
  define: { VERSION: JSON.stringify("0.0.0-test") },
  test: {
    setupFiles: [fileURLToPath(new URL("test/support/load-template-sets.ts", import.meta.url))],
    maxConcurrency: 2,
    // `.ci/run` counts the tests.
    reporters: process.env["VITEST_REPORT"] ? ["default", "json"] : ["default"],
    ...(process.env["VITEST_REPORT"] && { outputFile: { json: process.env["VITEST_REPORT"] } }),
    projects: [
      {
        extends: true,
        test: {
          name: "fast",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.slow.test.ts", ...NOT_OURS],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: ["test/**/*.slow.test.ts"],
          exclude: [...ALONE, ...NOT_OURS],
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          ...PATIENT,
        },
      },
      {
        extends: true,
        test: {
          name: "slow-alone",
          include: ALONE,
          exclude: NOT_OURS,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
          ...PATIENT,
        },
      },
    ],
  },
});
