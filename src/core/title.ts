/** The title that a document gives a service, as far as it can be a name: one line of at most 60 characters. */
export function nameFromTitle(title: unknown): string | undefined {
  if (typeof title !== "string") return undefined;
  const line = title.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  const name = Array.from(line).slice(0, 60).join("").trim();
  return name === "" ? undefined : name;
}
