import type { Reading } from "../core/readers.js";

/** How a command asks a person. */
export interface Asker {
  /** Text, asked again with the reason until `check` accepts it. */
  readonly text: (
    message: string,
    initial: string | undefined,
    check: (text: string) => Reading<unknown>,
  ) => Promise<string>;
  /** One of a few values. */
  readonly choice: <Value extends string>(
    message: string,
    choices: readonly {
      readonly value: Value;
      readonly name: string;
      readonly description?: string;
    }[],
    initial: Value | undefined,
  ) => Promise<Value>;
  /** One of many values, found by typing. */
  readonly search: (
    message: string,
    choices: readonly {
      readonly value: string;
      readonly name: string;
      readonly description?: string;
    }[],
  ) => Promise<string>;
  /** Any number of values, ticked in a list. */
  readonly many: (
    message: string,
    choices: readonly {
      readonly value: string;
      readonly name: string;
      readonly checked: boolean;
    }[],
  ) => Promise<readonly string[]>;
  readonly yesNo: (message: string, initial: boolean) => Promise<boolean>;
}
