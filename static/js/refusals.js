/** Why something was not done, in words. */

import { CommandError } from "chat/commands.js";
import { has, t } from "chat/strings.js";

/** @param {unknown} error */
export function codeOf(error) {
  return error instanceof CommandError ? error.code : "internal";
}

/** Why a command came to nothing, as a sentence. @param {unknown} error */
export function refusal(error) {
  return refusalOf(codeOf(error));
}

/** Why a list is not there, and while there is no connection what can be done all the same. @param {unknown} error */
export function unloaded(error) {
  if (codeOf(error) === "disconnected") return t("offline");
  return t("couldnt_load", { reason: refusal(error) });
}

/** The same by the code alone. @param {string | null} code */
export function refusalOf(code) {
  const name = `refused_${code}`;
  return t(has(name) ? name : "refused");
}
