/** The button that puts an emoji where the caret is. */

import { part } from "chat/components/markup.js";
import { replaceUndoably } from "chat/components/undoable.js";

/** @import { App } from "chat/app.js" */

/**
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 * @param {App} app
 * @param {AbortSignal} signal
 */
export function offerEmoji(form, text, app, signal) {
  const button = /** @type {HTMLButtonElement} */ (part(form, ".composer__emoji"));
  const insert = (/** @type {string} */ emoji) =>
    replaceUndoably(text, emoji, text.selectionStart, text.selectionEnd);
  button.addEventListener("click", () => {
    app.picker.open(button.getBoundingClientRect(), insert, () => text.focus());
  }, { signal });
}
