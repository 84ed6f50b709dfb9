const SEMVER = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/u;

/** Whether a text is a version (Semantic Versioning 2.0.0). */
export function isVersion(text: string): boolean {
  return SEMVER.test(text);
}

/** Whether version `a` is newer than version `b` (Semantic Versioning 2.0.0, section 11). */
export function isNewer(a: string, b: string): boolean {
  const [x, y] = [partsOf(a), partsOf(b)];
  for (const [index, part] of x.numbers.entries()) {
    const other = y.numbers[index] ?? 0;
    if (part !== other) return part > other;
  }
  if (x.labels.length === 0 || y.labels.length === 0) return x.labels.length < y.labels.length;
  for (const [index, label] of x.labels.entries()) {
    const other = y.labels[index];
    if (other === undefined) return true;
    if (label !== other) return isLaterLabel(label, other);
  }
  return false;
}

function partsOf(version: string) {
  const [, major, minor, patch, labels = ""] = SEMVER.exec(version) ?? [];
  return {
    numbers: [major, minor, patch].map(Number),
    labels: labels === "" ? [] : labels.split("."),
  };
}

/** Numbers by size and before words, words by their letters. */
function isLaterLabel(a: string, b: string): boolean {
  const [x, y] = [a, b].map((label) => (/^\d+$/u.test(label) ? Number(label) : undefined));
  if (x !== undefined && y !== undefined) return x > y;
  if (x !== undefined || y !== undefined) return x === undefined;
  return a > b;
}
