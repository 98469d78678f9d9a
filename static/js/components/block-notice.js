/** What stands in the place of the composer where one has blocked the only other person, and the way back. */

import { blockedPartner } from "chat/blocks.js";
import { part } from "chat/components/markup.js";

/** @import { App } from "chat/app.js" */

export class BlockNotice {
  #app;
  #element;
  #button;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#element = element;
    this.#button = /** @type {HTMLButtonElement} */ (part(element, "button"));
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.update()));
    this.#button.addEventListener("click", () => this.#unblock(), { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  update() {
    const own = this.#app.store.rooms.get(this.#app.view.room);
    this.#element.hidden = this.#partner === null || own?.archived_at !== null;
  }

  get #partner() {
    const { store, view } = this.#app;
    const own = store.rooms.get(view.room);
    return own ? blockedPartner(own, store.me?.id, store.blocked) : null;
  }

  /** The new `welcome` brings the composer back. */
  async #unblock() {
    const partner = this.#partner;
    if (partner === null) return;
    this.#button.disabled = true;
    const { client, notice } = this.#app;
    await client.act("block.lift", { user: partner }).catch((error) => notice.sayRefusal(error));
    this.#button.disabled = false;
  }
}
