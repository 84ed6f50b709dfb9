/** The candidate that was probably meant, or `undefined` where none is near: at most two slips, or a third of the word, and never the whole of it. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const most = Math.min(word.length - 1, Math.max(2, Math.floor(word.length / 3)));
  let found: string | undefined;
  let least = most + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [found, least] = [candidate, distance];
  }
  return found;
}

/** The candidates that are nearest to a word, best first: those that hold it, then those with the fewest slips. */
export function nearestOf(
  word: string,
  candidates: readonly string[],
  most: number,
): readonly string[] {
  const wanted = word.toLowerCase();
  const ranked = candidates.map((candidate) => {
    const name = candidate.toLowerCase();
    const holds = wanted.length > 1 && (name.includes(wanted) || wanted.includes(name));
    return { candidate, rank: (holds ? 0 : 100) + editDistance(wanted, name) };
  });
  return ranked
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
