import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { ConfigFlow } from "../src/config-flow.js";
import { PROVIDER } from "../src/const.js";
import { toRedirectUri } from "../src/oauth/provider.js";
import { clientMetadata } from "../src/provider/client-metadata.js";
import { openStorage } from "../src/storage/entries.js";
import { createFolder, createWorld, environmentOf, MECHANISM, Person, root } from "./support.js";

const { clientMetadataUrl = "", redirect, scopes } = PROVIDER;
const readDocument = async () =>
  JSON.parse(await readFile(path.join(root, "client-metadata.json"), "utf8"));

it("publishes what the program is, under its client id", async () => {
  const document = await readDocument();
  expect(clientMetadata.credential).toEqual({ clientId: clientMetadataUrl });
  expect(document).toMatchObject({
    client_id: clientMetadataUrl,
    redirect_uris: [toRedirectUri(redirect).replace(":0/", "/")],
    token_endpoint_auth_method: "none",
    response_types: ["code"],
  });
  expect(document.scope).toBe(scopes.length > 0 ? scopes.join(" ") : undefined);
  expect(Object.keys(document).filter((name) => name.includes("secret"))).toEqual([]);
});

it("signs in at a server that reads the document", async () => {
  const document = await readDocument();
  const [uri = ""] = document.redirect_uris;
  const { hostname, pathname } = new URL(uri);
  // The server decides about the port: it has to be the published one.
  const port = Number(new URL(uri).port);
  const host = hostname === "localhost" ? "localhost" : "127.0.0.1";
  const asked = document.scope === undefined ? [] : document.scope.split(" ");
  const { sandbox, context } = await createWorld({
    clientMetadataUrl,
    clientAuth: "none",
    scopes: asked,
    redirect: { host, port, path: pathname },
  });
  const credential = { clientId: clientMetadataUrl };
  const flow = new ConfigFlow({ ...context, credential, mechanisms: [clientMetadata, MECHANISM] });
  const { entry } = await flow.link(new Person("alice"));
  expect([entry.uniqueId, entry.clientId]).toEqual(["alice", clientMetadataUrl]);
  const [{ form } = { form: undefined }] = sandbox.requestsTo("/token");
  expect([form?.get("client_id"), form?.has("client_secret")]).toEqual([clientMetadataUrl, false]);
});

it("needs no stored credentials, and takes stored ones instead", async () => {
  const { credentials } = openStorage(environmentOf(await createFolder()));
  expect(await credentials.load()).toEqual({ clientId: clientMetadataUrl });
  await credentials.save({ clientId: "typed" });
  expect(await credentials.load()).toEqual({ clientId: "typed" });
  await credentials.remove();
  expect(await credentials.load()).toEqual({ clientId: clientMetadataUrl });
});
