import { defineConfig } from "vitest/config";

/** `npm test` runs what takes seconds; `npm run test:slow` what generates, installs, breaks disks or drives a browser. */
export default defineConfig({
  define: { VERSION: JSON.stringify("0.0.0-test") },
  test: {
    setupFiles: ["test/support/load-template-sets.ts"],
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
          exclude: ["test/**/*.slow.test.ts", "test/golden/**", "test/.work/**"],
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "slow",
          include: ["test/**/*.slow.test.ts"],
          exclude: ["test/golden/*/**", "test/.work/**"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
