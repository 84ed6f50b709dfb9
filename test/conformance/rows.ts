/** What the generated client must do on the wire: the rows of docs/conformance.md, which `npm run golden` writes from here. */
export interface Row {
  readonly row: number;
  readonly rule: string;
  readonly source: string;
}

const row = (number: number, rule: string, source: string): Row => ({ row: number, rule, source });

export const ROWS: readonly Row[] = [
  row(1, "only the authorization code grant", "RFC 9700, section 2.1.2"),
  row(
    2,
    "PKCE with S256 and a fresh verifier on every request; `none` only when declared",
    "RFC 7636, RFC 9700, section 2.1.1",
  ),
  row(
    3,
    "a state of at least 128 bits, for one sign-in, compared in constant time",
    "RFC 6749, section 10.12",
  ),
  row(
    4,
    "`iss` in the redirect is compared, and required when it is announced",
    "RFC 9207, section 2.4",
  ),
  row(
    5,
    "the issuer and the resource that discovery finds are the asked ones (checked by the generator)",
    "RFC 8414, section 3.3; RFC 9728, section 3.3",
  ),
  row(6, "the same redirect URI in both requests", "RFC 6749, section 4.1.3"),
  row(
    7,
    "the loopback IP literal, unless the provider demands `localhost`",
    "RFC 8252, sections 7.3 and 8.3",
  ),
  row(8, "IPv4, else `[::1]`; both for `localhost`", "RFC 8252, section 7.3"),
  row(
    9,
    "the declared port, or a free one with 0; a port that is taken is a clear error",
    "RFC 8252, section 7.3",
  ),
  row(
    10,
    "the listener is open only for the sign-in, and closed on every path",
    "RFC 8252, section 8.3",
  ),
  row(11, "it is bound to loopback only", "RFC 8252, section 8.3"),
  row(12, "a foreign `Host` gets 421", "RFC 9110, section 15.5.20"),
  row(
    13,
    "one path, GET only, limits of size and time; a wrong state ends nothing, a second redirect is refused",
    "own",
  ),
  row(14, "constant pages: nothing is reflected; CSP, no-store, no-referrer, nosniff", "own"),
  row(15, "the code leaves the address bar", "RFC 9700, section 4.3.1"),
  row(16, "the last page tells what really happened", "own"),
  row(
    17,
    "an external browser, opened without a shell, for web addresses only",
    "RFC 8252, section 8.12",
  ),
  row(18, "https everywhere, http only to loopback", "RFC 6749, sections 3.1 and 3.2"),
  row(19, "the token travels in the header only", "RFC 6750, section 2.1"),
  row(
    20,
    "the token goes to the configured API only; no redirect is followed with it",
    "RFC 9700, section 4.9.1",
  ),
  row(21, "nothing secret in output, logs, errors, `inspect` or JSON", "own"),
  row(22, "errors carry no request; what a server said is cut and masked", "own"),
  row(
    23,
    "a rotated refresh token is stored before its access token is used; the old one is kept if none came",
    "RFC 6749, section 6",
  ),
  row(24, "one refresh at a time, in and between processes", "RFC 9700, section 4.14"),
  row(
    25,
    "`invalid_grant` is final: stored, told once, never asked again",
    "RFC 6749, section 5.2",
  ),
  row(26, "`invalid_client` means misconfigured, an outage passes", "RFC 6749, section 5.2"),
  row(
    27,
    "`Retry-After` is kept; refreshed early by a minute, or a quarter of a short life",
    "RFC 9110, section 10.2.3",
  ),
  row(28, "a 401 from the API: one refresh of that token, one retry", "RFC 6750, section 3.1"),
  row(29, "a time limit on every request", "own"),
  row(
    30,
    "signing in again: the same account heals its entry; another is refused and its tokens are revoked",
    "own",
  ),
  row(31, "an account is linked once", "own"),
  row(32, "unlinking revokes, forgets whatever the answer, and says which", "RFC 7009, section 2"),
  row(
    33,
    "the device flow keeps the interval, slows down, and ends with the code, a refusal or a cancel",
    "RFC 8628, section 3.5",
  ),
  row(
    34,
    "secrets at rest are encrypted and authenticated; a file that was changed is an error",
    "own",
  ),
  row(35, "no secret in source or package", "RFC 8252, section 8.5"),
  row(36, "the granted scopes are read, missing ones are reported", "RFC 6749, section 5.1"),
  row(37, "the resource is named in every request when it is given", "RFC 8707, section 2"),
  row(
    38,
    "variables and captured values are checked before they decide where a secret goes",
    "own",
  ),
];
