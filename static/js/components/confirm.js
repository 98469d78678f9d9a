import { ask } from "chat/components/dialog.js";
import { part } from "chat/components/markup.js";

/**
 * Asks before something is done that hurts.
 * @param {{ title: string, words: string, action: string }} what
 * @returns {Promise<boolean>}
 */
export async function confirm({ title, words, action }) {
  const answer = await ask("confirm", (dialog) => {
    part(dialog, "h2").textContent = title;
    part(dialog, ".dialog__words").textContent = words;
    part(dialog, "[value=yes]").textContent = action;
  });
  return answer === "yes";
}
