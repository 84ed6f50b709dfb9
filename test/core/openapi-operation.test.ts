import { describe, expect, it } from "vitest";
import { exampleOperation } from "../../src/core/openapi-operation.js";

const JSON_CONTENT = { content: { "application/json": { schema: {} } } };
const ok = { "200": JSON_CONTENT };

function operationIn(paths: object, accountPath?: string) {
  return exampleOperation(JSON.stringify({ openapi: "3.1.0", paths, components }), accountPath);
}

const components = {
  parameters: { Needed: { name: "q", in: "query", required: true } },
  responses: { Json: JSON_CONTENT },
};

describe("the operation to show", () => {
  it.each([
    [
      "the account call",
      { "/me": { get: { responses: ok } }, "/long/path": { get: { responses: ok } } },
      "/long/path",
      "/long/path",
    ],
    [
      "one about the account",
      { "/a": { get: { responses: ok } }, "/v1/users/me": { get: { responses: ok } } },
      undefined,
      "/v1/users/me",
    ],
    [
      "the shortest",
      { "/things/all": { get: { responses: ok } }, "/things": { get: { responses: ok } } },
      undefined,
      "/things",
    ],
    [
      "an answer behind a reference",
      { "/a": { get: { responses: { "201": { $ref: "#/components/responses/Json" } } } } },
      undefined,
      "/a",
    ],
    [
      "an optional parameter",
      { "/a": { get: { parameters: [{ name: "q", in: "query" }], responses: ok } } },
      undefined,
      "/a",
    ],
    [
      "a parameter that is needed",
      {
        "/a": { get: { parameters: [{ $ref: "#/components/parameters/Needed" }], responses: ok } },
      },
      undefined,
      undefined,
    ],
    [
      "one of the whole path",
      {
        "/a": { parameters: [{ name: "q", in: "query", required: true }], get: { responses: ok } },
      },
      undefined,
      undefined,
    ],
    ["a path with a parameter", { "/a/{b}": { get: { responses: ok } } }, undefined, undefined],
    [
      "no JSON",
      { "/a": { get: { responses: { "200": { content: { "text/csv": {} } } } } } },
      undefined,
      undefined,
    ],
    [
      "JSON for refusals alone",
      { "/a": { get: { responses: { "404": JSON_CONTENT } } } },
      undefined,
      undefined,
    ],
    ["no GET", { "/a": { post: { responses: ok } } }, undefined, undefined],
    [
      "a path that no line holds",
      { [`/${"a".repeat(60)}`]: { get: { responses: ok } } },
      undefined,
      undefined,
    ],
    ["a path that ends a string", { '/a"+b': { get: { responses: ok } } }, undefined, undefined],
    ["nothing", {}, undefined, undefined],
  ])("%s", (_what, paths, accountPath, path) => {
    expect(operationIn(paths, accountPath)?.path).toBe(path);
  });

  it.each([
    ["getMe", "getMe"],
    ["GetMe", "getMe"],
    ["users/get-authenticated", "usersGetAuthenticated"],
    ["me.get_v2", "meGetV2"],
    ["request", "readExample"],
    ["constructor", "readExample"],
    ["api", "readExample"],
    ["2fa", "readExample"],
    ["取得", "readExample"],
    ["a".repeat(51), "readExample"],
    [undefined, "readExample"],
  ])("%j is called %s", (operationId, name) => {
    expect(operationIn({ "/me": { get: { operationId, responses: ok } } })?.name).toBe(name);
  });
});
