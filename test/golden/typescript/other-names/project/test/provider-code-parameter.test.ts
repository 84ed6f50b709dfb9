import { expect, it } from "vitest";
import { signIn } from "../sandbox/sign-in.js";
import { ConfigFlow } from "../src/config-flow.js";
import { codeParameter } from "../src/provider/code-parameter.js";
import { createWorld, failure, link, MECHANISM, Person } from "./support.js";

const mechanisms = [codeParameter, MECHANISM];
const codeParam = "auth_code";

it("takes the code from the parameter that the provider names", async () => {
  const { sandbox, context } = await createWorld({ codeParam });
  const { entry } = await link({ context: { ...context, mechanisms } });
  expect(entry.uniqueId).toBe("alice");
  const [{ form } = { form: undefined }] = sandbox.requestsTo("/token");
  expect(form?.getAll("code")).toEqual([expect.stringMatching(/^[\w-]{20,}$/)]);
});

it.each([
  ["another code beside it", (url: URL) => url.searchParams.append("code", "200"), "no error"],
  ["the standard name", (url: URL) => rename(url, "code"), "authorization_failed"],
])("takes %s for no code", async (_, change, expected) => {
  const { context } = await createWorld({ codeParam });
  let redirect = Promise.resolve("");
  const host = {
    showAuthorizationUrl(url: URL, redirectUri: string) {
      redirect = signIn(url, "alice", { stopAt: redirectUri }).then((page) => {
        const changed = new URL(page.url);
        change(changed);
        return changed.href;
      });
    },
    readRedirect: () => redirect,
  };
  const flow = new ConfigFlow({ ...context, mechanisms });
  expect(await failure(flow.link(host, { listen: false }))).toBe(expected);
});

function rename({ searchParams }: URL, name: string): void {
  searchParams.append(name, searchParams.get(codeParam) ?? "");
  searchParams.delete(codeParam);
}

it("[row 3] leaves a refusal as it is", async () => {
  const { context } = await createWorld({ codeParam });
  const denied = new ConfigFlow({ ...context, mechanisms }).link(new Person("deny"));
  expect(await failure(denied)).toBe("authorization_denied");
});

it("is not found by a client that knows the standard name only", async () => {
  expect(await failure(link(await createWorld({ codeParam })))).toBe("authorization_failed");
});
