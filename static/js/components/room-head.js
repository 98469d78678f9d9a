/** The head of the open room. */

import { cover } from "chat/components/floating.js";
import { part, showMark } from "chat/components/markup.js";
import { others, roomTitle } from "chat/people.js";

/** @import { App } from "chat/app.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

export class RoomHead {
  #app;
  #element;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#element = element;
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.update()));
    const pins = /** @type {HTMLButtonElement} */ (part(this.#element, ".room__pins"));
    pins.disabled = false; // it was of no use before there were scripts
    pins.addEventListener("click", () => this.#showPins(), { signal });
    const tools = part(this.#element, ".room__tools");
    cover(tools, signal);
    const close = () => tools.matches(":popover-open") && tools.hidePopover();
    // First of all, so that the focus is back on the page when a dialog takes it, and is given back there.
    tools.addEventListener("click", ({ target }) => {
      if (target instanceof Element && target.closest("button")) close();
    }, { signal, capture: true });
    matchMedia("(width < 768px)").addEventListener("change", close, { signal });
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
    part(this.#element, ".room__topic").textContent = this.#topicOf(own);
    showMark(part(this.#element, ".room__mark"), own.kind);
    const [reports, waiting] = [part(this.#element, ".room__reports"), own.reports?.length ?? 0];
    reports.hidden = waiting === 0;
    part(reports, ".mentions").textContent = String(waiting);
  }

  #showPins() {
    const load = () => import("chat/components/pins-panel.js");
    this.#app.late.open(load, ({ showPins }) => showPins(this.#app));
  }

  /** What a room is for; of the other one of two, how they are. @param {OwnRoom} own */
  #topicOf(own) {
    if (own.kind !== "direct") return own.topic;
    const people = others(own, this.#app.store.me, this.#app.store.users);
    return people.length === 1 ? people[0].status_text : "";
  }
}
