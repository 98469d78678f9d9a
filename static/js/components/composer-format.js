/** Marks for what is selected in the composer, by key and by button; the buttons come when they are asked for. */

import { part } from "chat/components/markup.js";

/** @import { App } from "chat/app.js" */
/** @import { Kind } from "chat/formatting.js" */

export class ComposerFormat {
  #late;
  #text;
  #bar;
  #opener;

  /** @param {HTMLFormElement} form @param {App} app */
  constructor(form, { late }) {
    this.#late = late;
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
    const load = () => import("chat/components/marking.js");
    this.#late.open(load, ({ mark }) => mark(this.#text, kind));
  }

  #toggle() {
    this.#bar.hidden = !this.#bar.hidden;
    this.#opener.setAttribute("aria-expanded", String(!this.#bar.hidden));
  }
}
