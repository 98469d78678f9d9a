/** In the head of the room: of what one is notified here. */

import { part } from "chat/components/markup.js";

/** @import { App } from "chat/app.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

export class LevelMenu {
  #app;
  #element;
  #ending = new AbortController();

  /** @param {HTMLElement} element a `details` @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#element = element;
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.update()));
    this.#element.addEventListener("change", (event) => this.#chosen(event), { signal });
    this.#element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !this.#element.hasAttribute("open")) return;
      event.preventDefault();
      this.#close();
      part(this.#element, "summary").focus();
    }, { signal });
    document.addEventListener("click", (event) => {
      if (event.target instanceof Node && !this.#element.contains(event.target)) this.#close();
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  update() {
    const own = this.#app.store.rooms.get(this.#app.view.room);
    this.#element.hidden = !own;
    if (!own) return;
    for (const choice of this.#element.querySelectorAll("input")) {
      choice.checked = choice.value === own.notify;
    }
    for (const icon of this.#element.querySelectorAll("[data-level]")) {
      if (icon instanceof HTMLElement) icon.hidden = icon.dataset.level !== own.notify;
    }
  }

  /** @param {Event} event */
  async #chosen({ target }) {
    if (!(target instanceof HTMLInputElement)) return;
    const { client, notice, view } = this.#app;
    try {
      await client.chooseLevel(view.room, /** @type {OwnRoom["notify"]} */ (target.value));
    } catch (error) {
      notice.sayRefusal(error);
    }
  }

  #close() {
    this.#element.removeAttribute("open");
  }
}
