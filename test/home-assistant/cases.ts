import type { ServerOptions, WireAnswers } from "../wire/declared.js";

/** Answers for one kind of service, and what a user then sees of it in Home Assistant. */
export interface Case {
  readonly is: string;
  readonly answers: WireAnswers & { readonly sensors?: readonly object[] };
  readonly options?: ServerOptions;
  /** By the key of each sensor; nothing: any time. */
  readonly sensors: Readonly<Record<string, string | undefined>>;
}

const SERVER = {
  authorizationUrl: "http://127.0.0.1:PORT/oauth/authorize",
  tokenUrl: "http://127.0.0.1:PORT/oauth/token",
} as const;

const profile = { path: "/me", id: "id", name: "profile.name" } as const;

const PLAIN = { ...SERVER, pkce: "none", account: profile, scopes: ["read", "write"] } as const;

export const CASES: readonly Case[] = [
  {
    is: "plain",
    answers: { name: "Plain", domain: "proof_plain", ...PLAIN },
    sensors: { account: "Ada Lovelace" },
  },
];
