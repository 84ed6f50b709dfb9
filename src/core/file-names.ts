/** Kept for devices in every folder, with any extension: `nul.txt` is `nul`. Windows looks at no space before the dot. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(?:[.:]|$)/iu;
// oxlint-disable-next-line no-control-regex -- control characters are what is looked for
const FORBIDDEN = /[\u0000-\u001f\u007f<>:"|?*\\]/u;

/** Whether a name is that of a device on Windows (`con`, `nul.txt`), which no file can have there. */
export function isDeviceName(name: string): boolean {
  return DEVICE.test(name);
}

/** Why no file or folder can have a name on Windows, as the end of "which …"; `undefined`: it can. */
export function nameFault(name: string): string | undefined {
  if (isDeviceName(name)) return "is a device on Windows";
  if (/[. ]$/u.test(name)) return "ends with a dot or a space, which Windows takes away";
  const [letter] = FORBIDDEN.exec(name) ?? [];
  return letter === undefined
    ? undefined
    : `holds ${JSON.stringify(letter)}, which no name may hold on Windows`;
}
