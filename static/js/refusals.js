/** Why something was not done, in words. */

import { CommandError } from "chat/commands.js";
import { has, t } from "chat/strings.js";

/** @param {unknown} error */
export function codeOf(error) {
  return error instanceof CommandError ? error.code : "internal";
}

/** @param {unknown} error */
export function refusal(error) {
  const name = `refused_${codeOf(error)}`;
  return t(has(name) ? name : "refused");
}
