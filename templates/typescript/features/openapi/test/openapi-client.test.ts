import { describe, expect, it } from "vitest";
import { openApiClient } from "../src/openapi/client.js";
import { answerWith, createWorld, failure, link, sessionOf } from "./support.js";

/** As the document of an API that has every kind of call. */
interface Paths {
  "/things/{id}": {
    get: Operation<{ path: { id: string }; query?: { page?: number } }>;
    post: Operation<{ path: { id: string }; header?: { "x-version"?: string } }> & {
      requestBody: { content: { "application/json": { name: string } } };
    };
    delete: Operation<{ path: { id: string } }>;
  };
}

interface Operation<Parameters> {
  parameters: Parameters;
  responses: {
    200: { headers: object; content: { "application/json": { id: string } } };
  };
}

async function createLinked() {
  const world = await createWorld();
  const { entry } = await link(world);
  return { ...world, entry, api: openApiClient<Paths>(sessionOf(world, entry)) };
}

describe("the typed client", () => {
  it("calls as the linked account, with the parameters of path and query", async () => {
    const { sandbox, api, entry } = await createLinked();
    answerWith(sandbox, "/api/things", { status: 200, body: { id: "a/b" } });
    const params = { path: { id: "a/b" }, query: { page: 2 } };
    const { data, response } = await api.GET("/things/{id}", { params });
    expect([data, response.status]).toEqual([{ id: "a/b" }, 200]);
    const [request] = sandbox.requestsTo("/api/things/a%2Fb");
    expect(request?.query.get("page")).toBe("2");
    expect(request?.headers["authorization"]).toBe(`Bearer ${entry.token.accessToken}`);
  });

  it("sends bodies and headers, and gives the headers of the answer", async () => {
    const { sandbox, api } = await createLinked();
    const headers = { "content-type": "application/json", link: "</things?page=2>" };
    answerWith(sandbox, "/api/things", { status: 200, body: { id: "1" }, headers });
    const params = { path: { id: "1" }, header: { "x-version": "2" } };
    const { response } = await api.POST("/things/{id}", { params, body: { name: "é" } });
    expect(response.headers.get("link")).toBe("</things?page=2>");
    const [request] = sandbox.requestsTo("/api/things/1");
    expect(request?.headers).toMatchObject({
      "x-version": "2",
      "content-type": "application/json",
    });
    expect(request?.body).toBe('{"name":"é"}');
  });

  it("gives nothing where there is nothing", async () => {
    const { sandbox, api } = await createLinked();
    answerWith(sandbox, "/api/things", { status: 204, body: new Uint8Array() });
    const { data } = await api.DELETE("/things/{id}", { params: { path: { id: "1" } } });
    expect(data).toBeUndefined();
  });

  it("replaces a token that is refused, once, and throws for other answers", async () => {
    const { sandbox, api } = await createLinked();
    const call = () => api.GET("/things/{id}", { params: { path: { id: "1" } } });
    answerWith(sandbox, "/api/things", { status: 401 });
    expect(await failure(call())).toBe("api_error");
    expect(sandbox.requestsTo("/token")).toHaveLength(2);
    answerWith(sandbox, "/api/things", { status: 500 });
    expect(await failure(call())).toBe("temporarily_unavailable");
  });

  it.each([".", ".."])("does not leave its path with the parameter %s", async (id) => {
    const { sandbox, api } = await createLinked();
    const count = sandbox.requestsTo("/api").length;
    expect(await failure(api.GET("/things/{id}", { params: { path: { id } } }))).toBe("usage");
    expect(sandbox.requestsTo("/api")).toHaveLength(count);
  });
});
