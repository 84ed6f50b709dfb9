/** The sandbox takes client ids that are addresses: it reads this project's own document instead of the published one. */
import { readFile } from "node:fs/promises";
import { PROVIDER } from "../../src/const.js";
import type { Rule } from "../behaviour.js";
import { FILLER_SCOPE } from "../sign-in.js";

export const rule: Rule = {
  configure(configuration, { clientMetadataUrl }) {
    if (clientMetadataUrl === undefined) return configuration;
    const clientIdMetadataDocument = { enabled: true, ack: "draft-02" } as const;
    return {
      ...configuration,
      features: { ...configuration.features, clientIdMetadataDocument },
      fetch: (url) => serveDocument(String(url)),
    };
  },
};

async function serveDocument(url: string): Promise<Response> {
  if (url !== PROVIDER.clientMetadataUrl) return new Response(null, { status: 404 });
  const { scope, ...metadata } = JSON.parse(await readFile("client-metadata.json", "utf8"));
  // Every sign-in here asks for one scope more than the client knows of.
  return Response.json({ ...metadata, scope: [scope, FILLER_SCOPE].filter(Boolean).join(" ") });
}
