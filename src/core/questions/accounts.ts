import { bad, good, reader, yesOrNo } from "../readers.js";
import { account, redirect } from "../structures.js";
import { url } from "../urls.js";
import { type Capture, captures, type Variable, variables } from "../variables.js";
import { always, question } from "./question.js";

const page = url({ query: true, loopback: false });

const NO_VARIABLES: readonly Variable[] = [];
const NO_CAPTURES: readonly Capture[] = [];

const TEN_YEARS = 10 * 365 * 24 * 60 * 60;

/** How accounts are linked: what is asked and read, how long a token lives, whose it is, where the browser comes back to. */
export const accountQuestions = {
  variables: question({
    group: "provider",
    kind: "structure",
    message: "What is asked when an account is linked (JSON)",
    help: "asked when an account is linked, used as {name}: a list of {name, label, description?, pattern?, example?, default?, secret?, optional?}",
    example: '[{"name":"tenant","label":"Tenant","default":"common"}]',
    read: variables,
    fallback: always(NO_VARIABLES),
  }),
  capture: question({
    group: "provider",
    kind: "structure",
    message: "What is read from token answer or redirect (JSON)",
    help: "read from the token answer or the redirect, used as {name}: a list of {name, from, key, hostSuffixes?, pattern?}",
    example: '[{"name":"apiDomain","from":"token","key":"api_domain","hostSuffixes":["acme.com"]}]',
    read: captures,
    fallback: always(NO_CAPTURES),
  }),
  assumedLifetime: question({
    group: "provider",
    kind: "text",
    message: "Seconds a token lives when the answer does not say",
    help: "seconds a token is taken to live when the answer does not say",
    example: "3600",
    read: reader({ kind: "number", least: 1, most: TEN_YEARS, orText: true }, (said) => {
      const written = typeof said === "number" ? String(said) : said;
      const seconds =
        typeof written === "string" && /^[1-9]\d{0,8}$/u.test(written) ? Number(written) : 0;
      return seconds >= 1 && seconds <= TEN_YEARS
        ? good(seconds)
        : bad(`must be a whole number of seconds from 1 to ${TEN_YEARS} (ten years).`);
    }),
  }),
  tokensExpire: question({
    group: "provider",
    kind: "yes-no",
    message: "Access tokens expire and are refreshed",
    help: "false: no expires_in, no refresh token, never refreshed",
    example: "true",
    read: yesOrNo,
    fallback: always(true),
  }),
  account: question({
    group: "provider",
    kind: "structure",
    message: "How an account is told apart (JSON, or none)",
    help: "how an account is told apart: {path, id, name?}, {claim, name?, token?}, {tokenField, name?} or none",
    example: '{"path":"/me","id":"id","name":"email"}',
    read: account,
    fallback: always("none" as const),
  }),
  redirect: question({
    group: "provider",
    kind: "structure",
    message: "Redirect address (JSON)",
    help: "redirect address: {host?, port?, path?} (default: 127.0.0.1, a port made from the domain, /callback), or {url} where the provider demands https",
    example: '{"port":20400}',
    read: redirect,
  }),
  registrationUrl: question({
    group: "provider",
    kind: "text",
    message: "Page where an app is registered",
    help: "page where an app is registered at the provider",
    example: "https://acme.com/developers/apps",
    read: page,
  }),
  docsUrl: question({
    group: "provider",
    kind: "text",
    message: "Page about OAuth at the provider",
    help: "page about OAuth at the provider",
    example: "https://acme.com/developers/oauth",
    read: page,
  }),
} as const;
