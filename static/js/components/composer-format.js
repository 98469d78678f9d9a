/**
 * Marks for what is selected in the composer, by key and by button, and how all of it will look; the buttons come when
 * they are asked for.
 */

import { part } from "chat/components/markup.js";
import { Soon } from "chat/late.js";

/** @import { App } from "chat/app.js" */
/** @import { ComposerPreview } from "chat/components/composer-preview.js" */
/** @import { Kind } from "chat/formatting.js" */

export class ComposerFormat {
  #app;
  #form;
  #marking;
  #previewing;
  /** @type {ComposerPreview | null} */
  #preview = null;
  #text;
  #bar;
  #opener;
  #room = 0;
  #body = "";

  /** @param {HTMLFormElement} form @param {App} app */
  constructor(form, app) {
    this.#app = app;
    this.#form = form;
    this.#marking = new Soon(app.late, () => import("chat/components/marking.js"));
    this.#previewing = new Soon(app.late, () => import("chat/components/composer-preview.js"));
    this.#text = /** @type {HTMLTextAreaElement} */ (part(form, "textarea"));
    this.#bar = part(form, ".format-bar");
    this.#opener = part(form, ".composer__formats");
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    this.#opener.addEventListener("click", () => this.#toggle(), { signal });
    const preview = part(this.#bar, ".format-bar__preview");
    preview.addEventListener("click", () => this.#togglePreview(signal), { signal });
    // A press on a button must not take the focus from the text, and on phones close the keyboard.
    for (const element of [this.#opener, this.#bar]) {
      element.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    }
  }

  /** @param {Kind} kind */
  apply(kind) {
    this.#marking.open(({ mark }) => mark(this.#text, kind));
  }

  /** What would be sent now, and where. @param {number} room @param {string} body */
  update(room, body) {
    this.#room = room;
    this.#body = body;
    this.#preview?.update(room, body);
  }

  /** @returns {boolean} whether it was open */
  closePreview() {
    return this.#preview?.close() ?? false;
  }

  /** @param {AbortSignal} signal */
  #togglePreview(signal) {
    this.#previewing.open(({ ComposerPreview }) => {
      if (!this.#preview) {
        this.#preview = new ComposerPreview(this.#form, this.#app);
        this.#preview.connect(signal);
        this.#preview.update(this.#room, this.#body);
      }
      this.#preview.toggle();
    });
  }

  #toggle() {
    this.#bar.hidden = !this.#bar.hidden;
    this.#opener.setAttribute("aria-expanded", String(!this.#bar.hidden));
  }
}
