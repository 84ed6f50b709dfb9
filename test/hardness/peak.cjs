/** Preloaded into a program: on its end it writes its largest resident size, in MB, to the file that `PEAK_FILE` names. */
const { readFileSync, writeFileSync } = require("node:fs");

process.on("exit", () => {
  const status = readFileSync(`/proc/${process.pid}/status`, "utf8");
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  writeFileSync(process.env.PEAK_FILE ?? "", String(Number(kilobytes) / 1024));
});
