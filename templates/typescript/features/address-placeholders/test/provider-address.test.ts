import { expect, it } from "vitest";
import { fillAddress } from "../src/provider/address.js";
import { failure } from "./support.js";

const hostSuffixes = { api: ["zoho.com", "zoho.eu"], here: ["127.0.0.1", "[::1]", "localhost"] };

function fill(template: string, value: string): Promise<unknown> {
  const [, name = ""] = /\{(.*?)\}/.exec(template) ?? [];
  return failure(
    (async () => {
      throw { code: fillAddress(template, { [name]: value }, { hostSuffixes }) };
    })(),
  );
}

// The last one of each row is the whole address; an error where nothing may be sent.
const failed = "authorization_failed";
it.each([
  // A whole address.
  ["{api}/v1", "https://zoho.com", "https://zoho.com/v1"],
  ["{api}/v1", "https://www.zoho.eu/crm/", "https://www.zoho.eu/crm/v1"],
  ["{api}/v1", "https://zoho.com:443", "https://zoho.com:443/v1"],
  ["{api}/v1", "https://WWW.Zoho.COM", "https://WWW.Zoho.COM/v1"],
  ["{api}?a=b", "https://zoho.com/x", "https://zoho.com/x?a=b"],
  ["{here}/v1", "http://127.0.0.1:8080", "http://127.0.0.1:8080/v1"],
  ["{here}/v1", "http://[::1]:8080/x", "http://[::1]:8080/x/v1"],
  ["{here}/v1", "https://localhost:8443", "https://localhost:8443/v1"],
  ["{api}/v1", "https://evilzoho.com", failed],
  ["{api}/v1", "https://evilZOHO.com", failed],
  ["{api}/v1", "https://zoho.com.evil.test", failed],
  ["{api}/v1", "https://zoho.community", failed],
  ["{api}/v1", "https://com", failed],
  ["{api}/v1", "https://zoho.com.", failed],
  ["{api}/v1", "https://.zoho.com", failed],
  ["{api}/v1", "https://a..zoho.com", failed],
  ["{api}/v1", "https://zoho.com@evil.test", failed],
  ["{api}/v1", "https://zoho.com:x@evil.test", failed],
  ["{api}/v1", "https://evil.test@zoho.com", failed],
  ["{api}/v1", "https://:secret@zoho.com", failed],
  ["{api}/v1", "https://zoho.com:8443", failed],
  ["{api}/v1", "http://zoho.com", failed],
  ["{api}/v1", "ftp://zoho.com", failed],
  ["{api}/v1", "//zoho.com", failed],
  ["{api}/v1", "zoho.com", failed],
  ["{api}/v1", "javascript:zoho.com", failed],
  ["{api}/v1", "https://evil.test?.zoho.com", failed],
  ["{api}/v1", "https://evil.test#.zoho.com", failed],
  ["{api}/v1", "https://evil.test/.zoho.com", failed],
  ["{api}/v1", "https://evil.test\\.zoho.com", failed],
  ["{api}/v1", "https://zoho.com\\@evil.test", failed],
  ["{api}/v1", "https://zoho.com?", failed],
  ["{api}/v1", "https://zoho.com#", failed],
  ["{api}/v1", "https://zoho.com/../x", failed],
  ["{api}/v1", "https://zoho.com/%2e%2e/x", failed],
  ["{api}/v1", "https://zoho.com/./x", failed],
  ["{api}/v1", "https://evil.test\n.zoho.com", failed],
  ["{api}/v1", "https://zoho.com\n", failed],
  ["{api}/v1", "https://zoho%2ecom", failed],
  ["{api}/v1", "https://zoh\u043e.com", failed],
  ["{api}/v1", "https://evil\u3002zoho.com", failed],
  ["{api}/v1", "https://127.0.0.1", failed],
  ["{api}/v1", "{api}", failed],
  ["{api}/v1", "", failed],
  ["{here}/v1", "http://127.1", failed],
  ["{here}/v1", "http://0x7f.1", failed],
  ["{here}/v1", "http://0177.0.0.1", failed],
  ["{here}/v1", "http://2130706433", failed],
  ["{here}/v1", "http://[::ffff:127.0.0.1]", failed],
  ["{here}/v1", "http://127.0.0.1.evil.test", failed],
  ["{here}/v1", "http://127.0.0.2", failed],
  ["{here}/v1", "http://x.localhost", failed],
  // The host, or a part of it.
  ["https://{api}/v1", "www.zoho.com", "https://www.zoho.com/v1"],
  ["https://{api}:8443/v1", "zoho.com", "https://zoho.com:8443/v1"],
  ["https://{api}.zoho.com/v1", "eu", "https://eu.zoho.com/v1"],
  ["https://{shop}.acme.com/v1", "A-b-1", "https://A-b-1.acme.com/v1"],
  ["https://{shop}/v1", "a.b_c-1", "https://a.b_c-1/v1"],
  ["https://{shop}.acme.com", "acme.acme.com", "usage"],
  ["https://{shop}.acme.com", "a_b", "usage"],
  ["https://{shop}.acme.com", "a-", "usage"],
  ["https://{shop}.acme.com", "a".repeat(64), "usage"],
  ["https://{shop}/v1", "acme.com:8443", "usage"],
  ["https://{shop}?a=b", "acme.com", "https://acme.com?a=b"],
  ["http://{shop}:8080", "127.0.0.1", "http://127.0.0.1:8080"],
  ["https://{api}/v1", "evilzoho.com", failed],
  ["https://{api}/v1", "zoho.com.evil.test", failed],
  ["https://{api}/v1", "zoho.com:8443", failed],
  ["https://{api}.evil.test/v1", "zoho.com", failed],
  ["https://x.{api}/v1", "test", failed],
  ["http://{here}/v1", "2130706433", failed],
  ["https://{shop}.acme.com", "evil.test/", "usage"],
  ["https://{shop}.acme.com", "evil.test#", "usage"],
  ["https://{shop}.acme.com", "evil.test?", "usage"],
  ["https://{shop}.acme.com", "evil.test\\", "usage"],
  ["https://{shop}.acme.com", "evil.test:443/", "usage"],
  ["https://{shop}.acme.com", "x@evil.test/", "usage"],
  ["https://{shop}.acme.com", "..", "usage"],
  ["https://{shop}.acme.com", "a..b", "usage"],
  ["https://{shop}.acme.com", "-a", "usage"],
  ["https://{shop}.acme.com", "a.", "usage"],
  ["https://{shop}.acme.com", "", "usage"],
  ["https://{shop}.acme.com", "ev\u0131l", "usage"],
  ["https://{shop}.acme.com", "%65vil", "usage"],
  ["https://{shop}/v1", "0x7f.1", "usage"],
  ["https://{shop}/v1", "2130706433", "usage"],
  ["https://{shop}/v1", "1.2.3", "usage"],
  ["https://{shop}/v1", "1.2.3.4.5", "usage"],
  ["https://{shop}/v1", "[::1]", "usage"],
  ["http://{shop}/v1", "acme.com", "usage"],
  // The path.
  ["https://acme.com/{team}/v1", "a-1", "https://acme.com/a-1/v1"],
  ["https://acme.com/{team}/v1", "a/b~c", "https://acme.com/a/b~c/v1"],
  ["https://acme.com/a{team}", "..b", "https://acme.com/a..b"],
  ["https://acme.com/{team}/v1", "..", "usage"],
  ["https://acme.com/{team}/v1", ".", "usage"],
  ["https://acme.com/{team}/v1", "../x", "usage"],
  ["https://acme.com/{team}/v1", "x/..", "usage"],
  ["https://acme.com/.{team}/v1", ".", "usage"],
  ["https://acme.com/{team}/v1", "%2e%2e", "usage"],
  ["https://acme.com/{team}/v1", "..%2f", "usage"],
  ["https://acme.com/{team}/v1", "..\\x", "usage"],
  ["https://acme.com/{team}/v1", "x?y", "usage"],
  ["https://acme.com/{team}/v1", "x#y", "usage"],
  ["https://acme.com/{team}/v1", ".\t.", "usage"],
  // The query: anything, as one value.
  [
    "https://acme.com/v1?a={team}&b=1",
    "../&b=2#c/é",
    "https://acme.com/v1?a=..%2F%26b%3D2%23c%2F%C3%A9&b=1",
  ],
  ["https://acme.com/v1?a={team}", "{clientSecret}", "https://acme.com/v1?a=%7BclientSecret%7D"],
])("[row 38] %s with %j: %s", async (template, value, expected) => {
  expect(await fill(template, value)).toBe(expected);
  expect(fillAddress(template, {}, { hostSuffixes })).toBeUndefined();
});

it("[row 38] fills in several, each checked by its own hosts", () => {
  const values = { api: "eu", shop: "acme", team: "one" };
  const template = "https://{shop}.{api}.zoho.com/{team}/{shop}?{team}";
  expect(fillAddress(template, values, { hostSuffixes })).toBe(
    "https://acme.eu.zoho.com/one/acme?one",
  );
  for (const elsewhere of ["https://{api}.{shop}/", "https://{shop}.{api}/"]) {
    expect(() => fillAddress(elsewhere, values, { hostSuffixes })).toThrow("zoho.com");
  }
  expect(fillAddress("https://acme.com/{", {}, {})).toBe("https://acme.com/{");
});

it.each([
  ["https://{shop}/v1", "acme.com:8443", "https://acme.com:8443/v1"],
  ["https://{shop}.acme.com/v1", "a.b_c", "https://a.b_c.acme.com/v1"],
  ["https://{shop}.acme.com", "evil.test:443", "usage"],
  ["https://{shop}:8443/v1", "acme.com:1", "usage"],
  ["https://{shop}/v1", "acme.com:99999", "usage"],
  ["https://{shop}/v1", "acme.com:443@evil.test", "usage"],
  ["https://{api}/v1", "zoho.com:8443", failed],
])("[row 38] %s with %j that its own pattern allows: %s", async (template, value, expected) => {
  const variables = ["shop", "api"].map((name) => ({ name, pattern: "[^]*" }));
  const values = { shop: value, api: value };
  const filling = async () => fillAddress(template, values, { hostSuffixes, variables });
  const result: unknown = await filling().catch((error: unknown) => Object(error).code);
  expect(result).toBe(expected);
});

it.each<[string, string, string]>([
  ["https://{shop}.acme.test", "acme.acme.test", "only the part before .acme.test"],
  ["https://{shop}/", "https://acme.test", "without https://"],
  [
    "https://{api}/",
    `evil.test${"x".repeat(200)}`,
    "zoho.com, zoho.eu (hostSuffixes in src/const.ts)",
  ],
  ["https://{api}/", "https://zoho.com", "with a scheme"],
  ["{api}/", "zoho.com", "no whole address"],
  ["{api}/", "https://zoho.com:8443", "zoho.com:8443, but in no plain https address"],
  ["{api}/", "https://www.evil.test/a?secret=secret-1", '"api" www.evil.test'],
])("says of %s with %j what is wrong, and repeats little: %s", (template, value, said) => {
  const fillWith = () => fillAddress(template, { shop: value, api: value }, { hostSuffixes });
  expect(fillWith).toThrow(said);
  expect(fillWith).not.toThrow(/secret-1|x{61}/);
});
