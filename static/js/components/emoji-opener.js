/** The way to the emoji. The picker is fetched when first it is wanted, and so are their names. */

import { part } from "chat/components/markup.js";
import { replaceUndoably } from "chat/components/undoable.js";
import { Soon } from "chat/late.js";

/** @import { App } from "chat/app.js" */
/** @import { EmojiPicker } from "chat/components/emoji-picker.js" */
/** @import { EmojiSource } from "chat/emoji-source.js" */

export class EmojiOpener {
  #source;
  #app;
  #module;
  /** @type {EmojiPicker | null} */
  #picker = null;

  /** @param {EmojiSource} source @param {App} app */
  constructor(source, app) {
    this.#source = source;
    this.#app = app;
    this.#module = new Soon(app.late, () => import("chat/components/emoji-picker.js"));
  }

  /** The names, if they are there already. */
  get names() {
    return this.#source.names;
  }

  load() {
    return this.#source.load();
  }

  /**
   * @param {DOMRect} beside
   * @param {(emoji: string) => void} onChoose
   * @param {() => void} giveBack the focus
   */
  open(beside, onChoose, giveBack) {
    this.#module.open(({ EmojiPicker }) => {
      if (!this.#picker) {
        this.#picker = new EmojiPicker(this.#source, this.#app.keep);
        this.#picker.connect();
      }
      this.#picker.open(beside, onChoose, giveBack);
    });
  }
}

/**
 * The button that puts an emoji where the caret is.
 * @param {HTMLFormElement} form
 * @param {HTMLTextAreaElement} text
 * @param {App} app
 * @param {AbortSignal} signal
 */
export function offerEmoji(form, text, app, signal) {
  const button = part(form, ".composer__emoji");
  const insert = (/** @type {string} */ emoji) =>
    replaceUndoably(text, emoji, text.selectionStart, text.selectionEnd);
  button.addEventListener("click", () => {
    app.picker.open(button.getBoundingClientRect(), insert, () => text.focus());
  }, { signal });
}
