/** Marks for what is selected in the composer, by key and by button; the buttons come when they are asked for. */

import { part } from "chat/components/markup.js";
import { Soon } from "chat/late.js";

/** @import { App } from "chat/app.js" */
/** @import { Kind } from "chat/formatting.js" */

export class ComposerFormat {
  #marking;
  #text;
  #bar;
  #opener;

  /** @param {HTMLFormElement} form @param {App} app */
  constructor(form, { late }) {
    this.#marking = new Soon(late, () => import("chat/components/marking.js"));
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
    this.#marking.open(({ mark }) => mark(this.#text, kind));
  }

  #toggle() {
    this.#bar.hidden = !this.#bar.hidden;
    this.#opener.setAttribute("aria-expanded", String(!this.#bar.hidden));
  }
}
