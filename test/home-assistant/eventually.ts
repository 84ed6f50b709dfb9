/** Waits until something is so, and gives what was found. A minute is the end of patience. */
export async function eventually<Found>(
  what: string,
  find: () => Promise<Found | false | undefined>,
): Promise<Found> {
  const end = Date.now() + 60_000;
  for (;;) {
    const found = await find();
    if (found !== false && found !== undefined) return found;
    if (Date.now() > end) throw new Error(`It did not happen within a minute: ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
