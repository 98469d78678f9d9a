/** What the search asks and what it found; search-opener.js leads here. Open, it takes the place of the people. */

import { addressOf } from "chat/addresses.js";
import { clone, fillAvatar, part, reconcile, setText, showMark } from "chat/components/markup.js";
import { excerpt, readable } from "chat/excerpt.js";
import { onWords } from "chat/ime.js";
import { roomTitle } from "chat/people.js";
import { Search } from "chat/search.js";
import { capsOf } from "chat/shortcuts.js";
import { has, isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Composition } from "chat/ime.js" */
/** @import { SearchHit, SearchPage, ServerEvent } from "chat/wire.d.ts" */

export class SearchPanel {
  #app;
  #composition;
  #field;
  #body;
  #list;
  #scope;
  #search;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {Composition} composition in its field @param {App} app */
  constructor(element, composition, app) {
    this.#app = app;
    this.#composition = composition;
    this.#field = /** @type {HTMLInputElement} */ (part(element, "input"));
    this.#body = part(element, ".search__body");
    this.#list = part(element, ".search__hits");
    this.#scope = part(element, ".search__scope");
    this.#search = new Search({
      command: async (type, fields) => this.#learn(await app.socket.command(type, fields)),
      isLive: () => app.socket.isLive,
      onChange: () => this.#draw(),
      clock: app.clock,
    });
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.#follow()));
    const panel = /** @type {HTMLElement} */ (this.#body.parentElement);
    const more = part(panel, ".search__more");
    const typed = () => this.#search.type(this.#field.value);
    onWords(this.#field, typed, signal);
    part(panel, "form").addEventListener("submit", () => {
      this.#search.ask(this.#field.value);
    }, { signal });
    panel.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    panel.addEventListener("click", (event) => this.#clicked(event), { signal });
    more.addEventListener("click", () => this.#search.loadMore(), { signal });
    part(this.#scope, "button").addEventListener("click", () => {
      this.within(null);
      this.#field.focus();
    }, { signal });
    part(panel, ".search__again").addEventListener("click", () => {
      this.#search.ask(this.#field.value);
    }, { signal });
    this.#body.addEventListener("scroll", () => {
      const { scrollTop, clientHeight, scrollHeight } = this.#body;
      if (scrollTop + clientHeight * 1.5 > scrollHeight) this.#search.loadMore();
    }, { passive: true, signal });
    if (this.#field.value !== "" && !this.#composition.isOpen) typed(); // while this was on its way
  }

  disconnect() {
    this.#ending.abort();
  }

  /** Another message is open now. */
  update() {
    this.#markOpenHit();
  }

  /** Looks in one room, or in all. @param {number | null} room */
  within(room) {
    const { head, keyboard } = this.#app;
    this.#search.within(room);
    this.#scope.hidden = room === null;
    if (room === null) return;
    const keys = capsOf("Mod F", keyboard.isMac).join(keyboard.isMac ? "" : "+");
    const said = t("search_within", { room: isolated(head.title), keys });
    part(this.#scope, ".search__where").textContent = said;
  }

  connectionChanged() {
    this.#search.connectionChanged();
  }

  /** @param {ServerEvent[]} events */
  receive(events) {
    this.#search.receive(events);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.isComposing || event.altKey) return;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const links = [...this.#list.querySelectorAll("a")];
    if (step === 0 || links.length === 0) return;
    event.preventDefault();
    const at = links.findIndex((link) => link === document.activeElement) + step;
    if (at < 0) this.#field.focus();
    else links[Math.min(at, links.length - 1)].focus();
  }

  /** A hit opens beside the search where there is room for both. @param {MouseEvent} event */
  #clicked(event) {
    const hit = event.target instanceof Element && event.target.closest("a[data-room]");
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey &&
      !event.altKey;
    if (!(hit instanceof HTMLElement) || !isPlain) return;
    event.preventDefault();
    const { room, seq } = hit.dataset;
    const pane = matchMedia("(width >= 1100px)").matches ? "search" : "room";
    this.#app.navigation.open(Number(room), Number(seq), pane);
  }

  /** @param {SearchPage} page */
  #learn(page) {
    this.#app.store.usersLoaded(page.users);
    return page;
  }

  // ---- drawing

  /** Closed, it is drawn when it is asked something. */
  #follow() {
    if (this.#app.view.pane === "search") this.#draw();
  }

  #draw() {
    const { status, hits, more, isSlow, code } = this.#search;
    const panel = /** @type {HTMLElement} */ (this.#body.parentElement);
    // While a new answer is on its way the last one stays, unless it takes long.
    if (status !== "loading" || isSlow) {
      const isRefused = status === "error" && has(`search_${code}`);
      const shown = isRefused ? "refused" : status;
      panel.dataset.status = isSlow && hits.length === 0 ? "loading" : shown;
      const said = this.#said(status, hits.length, more, code);
      setText(part(panel, ".search__status"), said);
    }
    if (status === "loading" && !isSlow) return;
    part(panel, ".search__more").hidden = more === null || hits.length === 0;
    reconcile(this.#list, hits, {
      key: ({ room, message }) => `${room} ${message.seq}`,
      signature: (hit) => JSON.stringify([hit.message.rev, hit.marks, this.#namesOf(hit)]),
      build: (hit) => this.#build(hit),
    });
    if (hits.length === 0) this.#body.scrollTop = 0;
    this.#markOpenHit();
  }

  /** What may change while it is open: who said it, and where. @param {SearchHit} hit */
  #namesOf({ room, message }) {
    const { rooms, me, users } = this.#app.store;
    const own = rooms.get(room);
    const author = users.get(message.author ?? 0);
    return [own && roomTitle(own, me, users), author?.name, author?.avatar];
  }

  /** @param {string} status @param {number} count @param {number | null} more @param {string} code */
  #said(status, count, more, code) {
    if (status === "found") return t(more === null ? "search_found" : "search_more", { n: count });
    if (status === "none") return t("search_none");
    if (status === "offline") return t("search_offline");
    if (status === "error") return t(has(`search_${code}`) ? `search_${code}` : "search_failed");
    return "";
  }

  /** @param {SearchHit} hit */
  #build({ room, message, marks }) {
    const { store, format } = this.#app;
    const item = clone("search-hit");
    const own = store.rooms.get(room);
    const author = store.users.get(message.author ?? 0) ?? null;
    const link = part(item, "a");
    link.dataset.room = String(room);
    link.dataset.seq = String(message.seq);
    if (own) {
      link.setAttribute("href", addressOf(own, message.seq));
      part(item, ".hit__room-name").textContent = roomTitle(own, store.me, store.users);
      showMark(item, own.kind);
    }
    fillAvatar(part(item, ".avatar"), author);
    part(item, ".hit__author").textContent = author?.name ?? t("gone_user");
    const time = /** @type {HTMLTimeElement} */ (part(item, "time"));
    time.dateTime = message.at;
    time.title = format.full(message.at);
    const day = format.day(message.at, Date.now());
    time.textContent = t("search_when", { day, time: format.time(message.at) });
    const pieces = excerpt(...readable(message, marks, store.users));
    part(item, ".hit__text").replaceChildren(...pieces.map(toNode));
    return item;
  }

  #markOpenHit() {
    const { room, target } = this.#app.view;
    for (const link of this.#list.querySelectorAll("a")) {
      const isIt = link.dataset.room === String(room) && link.dataset.seq === String(target);
      if (isIt) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
}

/** @param {import("chat/excerpt.js").Piece} piece @returns {Node} */
function toNode({ text, isFound }) {
  if (!isFound) return document.createTextNode(text);
  const mark = document.createElement("mark");
  mark.textContent = text;
  return mark;
}
