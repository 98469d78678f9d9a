/** The menu of one's own account: whether one appears offline. */

import { part } from "chat/components/markup.js";

/** @import { Here } from "chat/here.js" */

export class AccountMenu {
  #here;
  #hidden;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {Here} here */
  constructor(element, here) {
    this.#here = here;
    this.#hidden = /** @type {HTMLInputElement} */ (part(element, "[name=hidden]"));
  }

  connect() {
    const { signal } = this.#ending;
    this.#hidden.addEventListener("change", async () => {
      await this.#here.hide(this.#hidden.checked);
      this.update();
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  update() {
    this.#hidden.checked = this.#here.isHidden;
    this.#hidden.disabled = !this.#here.isLive;
  }
}
