/** The menu of one's own account: how one is called, and whether one appears offline. */

import { fillAvatar, part } from "chat/components/markup.js";

/** @import { Here } from "chat/here.js" */
/** @import { Store } from "chat/store.js" */

export class AccountMenu {
  #element;
  #here;
  #store;
  #hidden;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {Here} here @param {Store} store */
  constructor(element, here, store) {
    this.#element = element;
    this.#here = here;
    this.#store = store;
    this.#hidden = /** @type {HTMLInputElement} */ (part(element, "[name=hidden]"));
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#store.subscribe(() => this.#showName()));
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

  /** Written only where it is another: the menu may be open. */
  #showName() {
    const { me } = this.#store;
    const name = part(this.#element, ".account-menu__name");
    if (me === null || name.textContent === me.name) return;
    name.textContent = me.name;
    fillAvatar(part(this.#element, ".avatar"), me);
  }
}
