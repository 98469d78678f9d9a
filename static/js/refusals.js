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

/** Why something was refused, as a sentence. @param {string | null} code */
export function reasonOf(code) {
  const name = `reason_${code}`;
  return t(has(name) ? name : "reason");
}

/** Why a command came to nothing, as a sentence. @param {unknown} error */
export function reasonFor(error) {
  return reasonOf(error instanceof CommandError ? error.code : null);
}
