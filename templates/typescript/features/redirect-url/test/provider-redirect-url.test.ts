import { once } from "node:events";
import { createInterface } from "node:readline";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { signIn } from "../sandbox/sign-in.js";
import { ConfigFlow, type FlowHost } from "../src/config-flow.js";
import { buildProgram, createDesk, createWorld, failure, start } from "./support.js";

/** A person who pastes where the browser ended, after they changed it. */
function paster(change: (redirect: string) => string): FlowHost & { uris: string[] } {
  let redirect: Promise<string> | undefined;
  const uris: string[] = [];
  return {
    uris,
    showAuthorizationUrl(url, redirectUri) {
      uris.push(redirectUri);
      redirect = signIn(url, "alice", { stopAt: new URL(redirectUri).href }).then(
        (page) => page.url,
      );
    },
    readRedirect: async () => change((await redirect) ?? ""),
  };
}

describe("a redirect to another machine", () => {
  it.each(["https://app.invalid", "https://app.invalid/back/", "https://App.invalid/Back"])(
    "is sent as it is registered, and pasted: %s",
    async (url) => {
      const { sandbox, context } = await createWorld({ redirect: { url } });
      const host = paster((redirect) => ` ${redirect}\n`);
      const { entry } = await new ConfigFlow(context).link(host);
      expect([entry.uniqueId, host.uris]).toEqual(["alice", [url]]);
      const [{ query } = { query: undefined }] = sandbox.requestsTo("/auth");
      const [{ form } = { form: undefined }] = sandbox.requestsTo("/token");
      expect([query?.get("redirect_uri"), form?.get("redirect_uri")]).toEqual([url, url]);
    },
  );

  it.each<[string, (redirect: string) => string]>([
    ["no address", () => "code"],
    ["of another machine", (redirect) => redirect.replace("app.", "evil.")],
    ["over http", (redirect) => redirect.replace("https:", "http:")],
    ["at another path", (redirect) => redirect.replace("/back", "/")],
    ["with another state", (redirect) => redirect.replace("state=", "state=a")],
    ["without a state", (redirect) => redirect.replace("state=", "s=")],
  ])("[row 3] [row 6] is refused when it is %s; the next sign-in is good", async (_, change) => {
    const { sandbox, context } = await createWorld({
      redirect: { url: "https://app.invalid/back" },
    });
    const flow = new ConfigFlow(context);
    expect(await failure(flow.link(paster(change)))).toBe("authorization_failed");
    expect(sandbox.requestsTo("/token")).toEqual([]);
    expect(await failure(flow.link(paster((redirect) => redirect)))).toBe("no error");
  });
});

describe("the program", () => {
  beforeAll(buildProgram, 60_000);
  // Processes take their time.
  vi.setConfig({ testTimeout: 30_000 });

  it.each(["--paste", "--no-browser"])("takes it from its input: %s", async (option) => {
    const { folder } = await createDesk({ redirect: { url: "https://app.invalid/back" } });
    const child = start(folder, ["link", "--sandbox", option]);
    const [line] = await once(createInterface(child.stdout), "line");
    const { url, redirectUri } = JSON.parse(line);
    expect(redirectUri).toBe("https://app.invalid/back");
    child.stdin.write(`\n${(await signIn(url, "alice", { stopAt: redirectUri })).url}\n`);
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  it("asks again after a wrong address, and ends with its input", async () => {
    const { folder } = await createDesk({ redirect: { url: "https://app.invalid/back" } });
    const child = start(folder, ["link", "--sandbox", "--paste"]);
    const [line] = await once(createInterface(child.stdout), "line");
    const { url, redirectUri } = JSON.parse(line);
    child.stdin.write("https://app.invalid/back?code=1&state=1\n");
    const [problem] = await once(createInterface(child.stderr), "line");
    expect(problem).toContain("its state is missing, or of another sign-in. Try again.");
    child.stdin.write(`${(await signIn(url, "alice", { stopAt: redirectUri })).url}\n`);
    expect(await once(child, "exit")).toEqual([0, null]);
    const ended = start(folder, ["link", "--sandbox", "--no-browser"]);
    ended.stdin.end("https://app.invalid/back?code=1&state=1\n");
    expect(await once(ended, "exit")).toEqual([1, null]);
  });
});
