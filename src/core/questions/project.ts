import { nameFault } from "../file-names.js";
import { domainFromName, packageNameFromDomain } from "../names.js";
import {
  bad,
  good,
  line,
  oneOf,
  pattern,
  reader,
  type Reading,
  together,
  yesOrNo,
} from "../readers.js";
import { sensors, type SensorAnswer } from "../structures.js";
import { TEMPLATE_SETS } from "../template-sets.js";
import { url } from "../urls.js";
import { always, question, text } from "./question.js";

const LICENSES = ["MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "UNLICENSED"] as const;

const NO_SENSORS: readonly SensorAnswer[] = [];

const domainName = pattern(
  /^[a-z][a-z0-9_]*$/u,
  "start with a letter and hold only a-z, 0-9 and _",
  50,
);

const npmName = pattern(
  /^(?!node_modules$|favicon\.ico$)(?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*$/u,
  "be an npm name: lower-case letters, digits, -, _ and ., with or without a @scope/",
  214,
);

const repositoryUrl = url({ query: false, loopback: false });

/** What the generated project is, whichever provider it is for. */
export const projectQuestions = {
  templateSet: question({
    group: "project",
    kind: "choice",
    message: "What to generate",
    help: "what to generate",
    example: TEMPLATE_SETS[0],
    short: true,
    choices: TEMPLATE_SETS,
    read: oneOf(TEMPLATE_SETS),
    fallback: always(TEMPLATE_SETS[0]),
  }),
  provider: question({
    group: "provider",
    kind: "text",
    message: "Provider",
    help: "id of a known provider: gives defaults for all that follows (see providers)",
    example: "github",
    short: true,
    read: pattern(/^[a-z0-9][a-z0-9-]*$/u, "be an id: lower-case letters, digits and -", 50),
  }),
  name: question({
    group: "project",
    kind: "text",
    message: "Name of the service",
    help: "what people call the service",
    example: "Acme Cloud",
    short: true,
    required: true,
    read: line(60),
    fallback: (_earlier, { provider }) => provider?.name,
  }),
  domain: question({
    group: "project",
    kind: "text",
    message: "Domain (the name in code)",
    help: "the name in code: lower-case letters, digits and _",
    example: "acme_cloud",
    short: true,
    required: true,
    read: reader(domainName.takes, readDomain),
    fallback: (earlier, { freeDomain }) => {
      const domain = domainFromName(text(earlier["name"]) ?? "");
      return domain === undefined ? undefined : (freeDomain?.(domain, earlier) ?? domain);
    },
  }),
  description: question({
    group: "project",
    kind: "text",
    message: "Description",
    help: "one line about the project",
    example: "Link Acme Cloud accounts",
    read: line(300),
    fallback: ({ name }) => (text(name) === undefined ? undefined : `Link ${text(name)} accounts`),
  }),
  repository: question({
    group: "project",
    kind: "text",
    message: "Repository",
    help: "https URL of the repository: gives documentation, issue tracker and code owner (default: the remote named origin)",
    example: "https://github.com/acme/acme-integration",
    read: reader(repositoryUrl.takes, readRepository),
    fallback: (_earlier, world) => world.repository,
    fromWorld: true,
  }),
  packageName: question({
    group: "project",
    kind: "text",
    message: "Package name",
    help: "name of the npm package",
    example: "acme-integration",
    read: reader(npmName.takes, readPackageName),
    fallback: ({ domain }) =>
      text(domain) === undefined ? undefined : packageNameFromDomain(text(domain) ?? ""),
  }),
  license: question({
    group: "project",
    kind: "choice",
    message: "License",
    help: "license of the project",
    example: "MIT",
    choices: LICENSES,
    read: oneOf(LICENSES),
    fallback: always("MIT" as const),
  }),
  author: question({
    group: "project",
    kind: "text",
    message: "Author",
    help: "author of the project (default: git config user.name)",
    example: "Ada Lovelace",
    read: line(200),
    fallback: (_earlier, world) => world.author,
    fromWorld: true,
  }),
  year: question({
    group: "project",
    kind: "text",
    message: "Year of the copyright",
    help: "year of the copyright (default: this year)",
    example: "2026",
    read: reader({ kind: "number", least: 1000, most: 2999, orText: true }, (said) =>
      /^[12]\d{3}$/u.test(typeof said === "number" ? String(said) : (text(said) ?? ""))
        ? good(Number(said))
        : bad("must be a year, like 2026."),
    ),
    fallback: (_earlier, world) => world.year,
    fromWorld: true,
  }),
  ci: question({
    group: "project",
    kind: "yes-no",
    message: "Workflows for continuous integration",
    help: "workflows for continuous integration in the project",
    example: "true",
    read: yesOrNo,
    fallback: always(true),
  }),
  hooks: question({
    group: "project",
    kind: "yes-no",
    message: "A file for what no setting says (hooks)",
    help: "a file of yours that may change each request: written once, never updated",
    example: "true",
    read: yesOrNo,
    fallback: (_earlier, { provider }) => provider?.hook !== undefined,
  }),
  keychain: question({
    group: "project",
    kind: "yes-no",
    message: "Keep the storage's key in the system's keychain",
    help: "keep the key of the stored tokens in the system's keychain",
    example: "true",
    read: yesOrNo,
    fallback: always(false),
  }),
  allowCoreDomain: question({
    group: "project",
    kind: "yes-no",
    message: "Take the place of a built-in integration of Home Assistant",
    help: "let the domain be that of a built-in integration of Home Assistant, and take its place",
    example: "true",
    read: yesOrNo,
    fallback: always(false),
  }),
  sensors: question({
    group: "project",
    kind: "structure",
    message: "Sensors of Home Assistant (JSON)",
    help: "sensors of Home Assistant: a list of {path, field, name, unit?, deviceClass?}",
    example: '[{"path":"/me","field":"storage.used","name":"Storage used","unit":"GB"}]',
    read: sensors,
    fallback: always(NO_SENSORS),
  }),
} as const;

function readDomain(said: unknown): Reading<string> {
  const domain = domainName(said);
  if (!domain.ok) return domain;
  const fault = nameFault(domain.value);
  return fault === undefined ? domain : bad(`must not be ${domain.value}, which ${fault}.`);
}

/** Package managers make a folder of each part. */
function readPackageName(said: unknown): Reading<string> {
  const name = npmName(said);
  if (!name.ok) return name;
  const faults = name.value.split("/").flatMap((part) => {
    const fault = nameFault(part);
    return fault === undefined ? [] : [`holds ${part}, which ${fault}`];
  });
  return faults.length === 0
    ? name
    : bad(`${together(faults)}: no folder can have that name there. Say another name.`);
}

function readRepository(said: unknown): Reading<string> {
  const repository = repositoryUrl(said);
  if (!repository.ok) return repository;
  const tidy = repository.value.replace(/\/+$/u, "").replace(/\.git$/u, "");
  // A part of dots leads to another address than the one that is written.
  return /^https:\/\/[^/]+(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+){2,}$/iu.test(tidy)
    ? good(tidy)
    : bad("must name an owner and a repository, like https://github.com/owner/name.");
}
