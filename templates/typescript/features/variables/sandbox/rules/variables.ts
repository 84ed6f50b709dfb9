/** The sandbox takes any value of a variable, and needs none to be said. */
import type { Rule } from "../behaviour.js";

export const rule: Rule = {
  announce(definition) {
    const { variables } = definition;
    if (variables === undefined) return definition;
    const easy = variables.map((variable) => {
      const { default: usual, example = "sandbox" } = variable;
      return Object.assign({}, variable, { default: usual ?? example, pattern: "[^]*" });
    });
    return { ...definition, variables: easy };
  },
};
