import { UserError } from "../core/errors.js";
import type { Reading } from "../core/readers.js";
import type { Asker } from "./asker.js";

/**
 * Asks a person at the terminal, on stderr: stdout is for results. Each kind of question is loaded when it is first asked.
 * A question that is left (Ctrl-C, a signal, the end of the input) throws the `UserError` that says so.
 */
export function askerFor(signal: AbortSignal): Asker {
  const terminal = { output: process.stderr, signal } as const;
  return {
    text: async (message, initial, check) => {
      const { default: input } = await import("@inquirer/input");
      return answered(
        input(
          {
            message,
            ...(initial !== undefined && { default: initial, prefill: "editable" as const }),
            validate: (text) => verdict(check(text)),
          },
          terminal,
        ),
        signal,
      );
    },
    choice: async (message, choices, initial) => {
      const { default: select } = await import("@inquirer/select");
      return answered(
        select(
          {
            message,
            choices: [...choices],
            pageSize: 14,
            loop: false,
            ...(initial !== undefined && { default: initial }),
          },
          terminal,
        ),
        signal,
      );
    },
    search: async (message, choices) => {
      const { default: search } = await import("@inquirer/search");
      const source = (typed: string | undefined) => {
        const wanted = (typed ?? "").trim().toLowerCase();
        const textsOf = ({ value, name }: (typeof choices)[number]) =>
          [value, name].map((text) => text.toLowerCase());
        const begins = (choice: (typeof choices)[number]) =>
          textsOf(choice).some((text) => text.startsWith(wanted));
        return choices
          .filter((choice) => textsOf(choice).some((text) => text.includes(wanted)))
          .toSorted((a, b) => Number(begins(b)) - Number(begins(a)));
      };
      return answered(search({ message, source, pageSize: 10 }, terminal), signal);
    },
    many: async (message, choices) => {
      const { default: checkbox } = await import("@inquirer/checkbox");
      return answered(
        checkbox({ message, choices: [...choices], pageSize: 14, loop: false }, terminal),
        signal,
      );
    },
    yesNo: async (message, initial) => {
      const { default: confirm } = await import("@inquirer/confirm");
      return answered(confirm({ message, default: initial }, terminal), signal);
    },
  };
}

async function answered<Value>(question: Promise<Value>, signal: AbortSignal): Promise<Value> {
  try {
    return await question;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Error) || error.name !== "ExitPromptError") throw error;
    throw new UserError("cancelled", "Cancelled.", "Nothing was written.");
  }
}

/** What inquirer takes: true, or the reason why the answer is refused. */
function verdict(reading: Reading<unknown>): true | string {
  return reading.ok || sentence(reading.message);
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
