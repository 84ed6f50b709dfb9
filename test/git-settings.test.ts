import { expect, it } from "vitest";
import { httpsAddress } from "../src/io/git-settings.js";

it.each([
  ["git@github.com:acme/tool.git", "https://github.com/acme/tool"],
  ["ssh://git@gitlab.com:2222/group/sub/tool.git", "https://gitlab.com/group/sub/tool"],
  ["ssh://git@github.com/acme/tool", "https://github.com/acme/tool"],
  ["https://github.com/acme/tool.git/", "https://github.com/acme/tool"],
  ["https://user:secret@github.com/acme/tool", "https://github.com/acme/tool"],
  ["http://github.com/acme/tool", undefined],
  ["../elsewhere", undefined],
  ["/srv/git/tool.git", undefined],
])("the remote %s has the address %s", (remote, address) =>
  expect(httpsAddress(remote)).toBe(address),
);
