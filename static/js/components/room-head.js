/** The head of the open room, and the title of the page. */

import { part, showMark } from "chat/components/markup.js";
import { showPins } from "chat/components/pins-panel.js";
import { isUnread, roomTitle } from "chat/people.js";

/** @import { App } from "chat/app.js" */

export class RoomHead {
  #app;
  #element;
  #site;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {string} site the site's name @param {App} app */
  constructor(element, site, app) {
    this.#app = app;
    this.#element = element;
    this.#site = site;
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.update()));
    const pins = /** @type {HTMLButtonElement} */ (part(this.#element, ".room__pins"));
    pins.disabled = false; // it was of no use before there were scripts
    pins.addEventListener("click", () => showPins(this.#app), { signal });
  }

  /** What the open room is called. */
  get title() {
    return part(this.#element, ".room__name").textContent ?? "";
  }

  disconnect() {
    this.#ending.abort();
  }

  update() {
    const { store, view } = this.#app;
    const own = store.rooms.get(view.room);
    if (!own) return;
    const title = roomTitle(own, store.me, store.users);
    part(this.#element, ".room__name").textContent = title;
    part(this.#element, ".room__topic").textContent = own.topic;
    showMark(part(this.#element, ".room__mark"), own.kind);
    document.title = `${this.#waiting()}${title} · ${this.#site}`;
  }

  /** What waits for the reader, in front of the title: a number for what is for them, a dot for the rest. */
  #waiting() {
    const unread = [...this.#app.store.rooms.values()]
      .filter((room) => room.notify !== "none" && isUnread(room));
    const direct = unread.filter((room) => room.kind === "direct").length;
    const count = unread.reduce((sum, room) => sum + room.mentions, direct);
    if (count > 0) return `(${count}) `;
    return unread.length > 0 ? "• " : "";
  }
}
