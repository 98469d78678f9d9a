/** Marks for what is selected in the composer, by key and by button; the buttons come when they are asked for. */

import { part } from "chat/components/markup.js";
import { replaceUndoably } from "chat/components/undoable.js";
import { changeOf, format } from "chat/formatting.js";

/** @import { Kind } from "chat/formatting.js" */

export class ComposerFormat {
  #text;
  #bar;
  #opener;

  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.#text = /** @type {HTMLTextAreaElement} */ (part(form, "textarea"));
    this.#bar = part(form, ".format-bar");
    this.#opener = part(form, ".composer__formats");
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    this.#opener.hidden = false;
    this.#opener.addEventListener("click", () => this.#toggle(), { signal });
    // A press on a button must not take the focus from the text, and on phones close the keyboard.
    for (const element of [this.#opener, this.#bar]) {
      element.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    }
  }

  /** @param {Kind} kind */
  apply(kind) {
    const { value: text, selectionStart: start, selectionEnd: end } = this.#text;
    const after = format(kind, { text, start, end });
    if (after.text !== text) {
      const { from, to, insert } = changeOf(text, after.text);
      replaceUndoably(this.#text, insert, from, to);
    }
    this.#text.focus();
    this.#text.setSelectionRange(after.start, after.end);
  }

  #toggle() {
    this.#bar.hidden = !this.#bar.hidden;
    this.#opener.setAttribute("aria-expanded", String(!this.#bar.hidden));
  }
}
