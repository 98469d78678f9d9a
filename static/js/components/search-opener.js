/** The way into the search and out of it. What asks and draws comes with the first question. */

import { makeLate } from "chat/components/late-dialog.js";
import { makeButton } from "chat/components/link-button.js";
import { part } from "chat/components/markup.js";
import { Composition } from "chat/ime.js";

/** @import { App } from "chat/app.js" */
/** @import { SearchPanel } from "chat/components/search-panel.js" */
/** @import { ServerEvent } from "chat/wire.d.ts" */

export class SearchOpener {
  #app;
  #element;
  #opener;
  #field;
  #composition = new Composition();
  #late;
  /** @type {SearchPanel | null} */
  #panel = null;
  /** @type {number | null} the one that is searched; null for all */
  #room = null;
  #isOpen = false;
  #isClosing = false;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {HTMLElement} opener @param {App} app */
  constructor(element, opener, app) {
    this.#app = app;
    this.#element = element;
    this.#opener = opener;
    this.#field = /** @type {HTMLInputElement} */ (part(element, "input"));
    // One can type meanwhile, so that it is loading is said where the hits will be.
    const say = (/** @type {string} */ status) => () => void (element.dataset.status = status);
    this.#late = makeLate({ loading: say("loading"), failed: say("idle"), done: say("idle") });
  }

  connect() {
    const { signal } = this.#ending;
    makeButton(this.#opener, signal);
    this.#composition.listen(this.#field, signal);
    this.#opener.addEventListener("click", (event) => this.#toggle(event), { signal });
    this.#element.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest(".search__close")) {
        event.preventDefault();
        this.#close();
      }
    }, { signal });
    this.#element.addEventListener("keydown", (event) => {
      if (this.#composition.owns(event) || event.key !== "Escape") return;
      event.preventDefault();
      this.#close();
    }, { signal });
    part(this.#element, "form").addEventListener("submit", (event) => event.preventDefault(), {
      signal,
    });
    for (const wish of ["input", "submit"]) {
      this.#element.addEventListener(wish, () => this.#fetchPanel(), { signal });
    }
  }

  disconnect() {
    this.#panel?.disconnect();
    this.#ending.abort();
  }

  /** Where one is has changed, or whether there is a connection. */
  update() {
    const isOpen = this.#app.view.pane === "search";
    this.#opener.setAttribute("aria-expanded", String(isOpen));
    if (isOpen && !this.#isOpen) this.#opened();
    if (!isOpen && this.#isClosing) this.#opener.focus();
    this.#isOpen = isOpen;
    this.#isClosing = false;
    this.#panel?.update();
  }

  /** For all rooms, or for one. Open already, it takes the focus. @param {number | null} [room] */
  open(room = null) {
    this.#room = room;
    this.#panel?.within(room);
    if (!this.#isOpen) return this.#app.navigation.showPane("search");
    this.#field.focus();
    this.#field.select();
  }

  /**
   * The browser would find what stands in the page, and of a long room that is little: so the room is searched.
   * Whoever wants the browser's own search asks for it once more: false leaves the key to it.
   */
  find() {
    const { store, view } = this.#app;
    if (document.activeElement === this.#field || !store.rooms.has(view.room)) return false;
    this.open(view.room);
    return true;
  }

  connectionChanged() {
    this.#panel?.connectionChanged();
  }

  /** @param {ServerEvent[]} events */
  receive(events) {
    this.#panel?.receive(events);
  }

  /** Back where one was among the hits, else to the field. */
  #opened() {
    const last = this.#element.querySelector('.search__hits [aria-current="true"]');
    if (last instanceof HTMLElement) last.focus();
    else this.#field.focus();
    this.#field.select();
    this.#fetchPanel();
  }

  #fetchPanel() {
    if (this.#panel) return;
    this.#late.open(loadPanel, ({ SearchPanel }) => {
      this.#panel = new SearchPanel(this.#element, this.#composition, this.#app);
      this.#panel.connect();
      this.#panel.within(this.#room);
    });
  }

  /** @param {Event} event */
  #toggle(event) {
    event.preventDefault();
    if (this.#isOpen) this.#close();
    else this.open();
  }

  #close() {
    this.#isClosing = true; // the way back takes its time, and until then the opener may be covered
    this.#app.navigation.showPane("room");
  }
}

function loadPanel() {
  return import("chat/components/search-panel.js");
}
