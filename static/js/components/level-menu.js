/** In the head of the room: of what one is notified here. */

import { part } from "chat/components/markup.js";

/** @import { App } from "chat/app.js" */

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

  /** What was chosen holds once the server has it: until then, and if it fails, the room says what is so. @param {Event} event */
  async #chosen(event) {
    const choice = event.target;
    if (!(choice instanceof HTMLInputElement)) return;
    const { socket, view } = this.#app;
    try {
      await socket.command("room.notify", { room: view.room, level: choice.value });
    } catch {
      this.update();
    }
  }

  #close() {
    this.#element.removeAttribute("open");
  }
}
