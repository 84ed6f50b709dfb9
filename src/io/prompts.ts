import type { Reading } from "../core/readers.js";
import type { Asker } from "./asker.js";

/** Asks a person at the terminal, on stderr: stdout is for results. Each kind of question is loaded when it is first asked. */
export function askerFor(signal: AbortSignal): Asker {
  const terminal = { output: process.stderr, signal } as const;
  return {
    text: async (message, initial, check) => {
      const { default: input } = await import("@inquirer/input");
      return input(
        {
          message,
          ...(initial !== undefined && { default: initial, prefill: "editable" as const }),
          validate: (text) => verdict(check(text)),
        },
        terminal,
      );
    },
    choice: async (message, choices, initial) => {
      const { default: select } = await import("@inquirer/select");
      return select(
        {
          message,
          choices: [...choices],
          pageSize: 14,
          loop: false,
          ...(initial !== undefined && { default: initial }),
        },
        terminal,
      );
    },
    yesNo: async (message, initial) => {
      const { default: confirm } = await import("@inquirer/confirm");
      return confirm({ message, default: initial }, terminal);
    },
  };
}

/** What inquirer takes: true, or the reason why the answer is refused. */
function verdict(reading: Reading<unknown>): true | string {
  return reading.ok || sentence(reading.message);
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
