/** The rooms in their sections, and the filter on top of them, which is also the way to switch by keyboard. */

import { addressOf } from "chat/addresses.js";
import { clone, fillAvatar, keepIf, part, reconcile } from "chat/components/markup.js";
import { showPresence } from "chat/components/presence-dot.js";
import { byName, isUnread, others, roomTitle } from "chat/people.js";
import { shortCount } from "chat/waiting.js";

/** @import { App } from "chat/app.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @typedef {{ room: OwnRoom, title: string, isUnread: boolean, isCurrent: boolean,
 *   partner: number | null }} Link */

export class RoomList {
  #app;
  #element;
  #filter;
  #input;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#element = element;
    this.#filter = part(element, ".rooms__filter");
    this.#input = /** @type {HTMLInputElement} */ (part(element, "input"));
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.update()));
    const isMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);
    part(this.#filter, "kbd").textContent = isMac ? "⌘K" : "Ctrl K";
    this.#input.addEventListener("input", () => this.update(), { signal });
    part(this.#element, ".rooms__read-all").addEventListener("click", () => this.#readAll(), {
      signal,
    });
    this.#element.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      this.#app.showRooms();
      this.#input.select();
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  update() {
    const { rooms } = this.#app.store;
    const links = [...rooms.values()].map((room) => this.#link(room))
      .sort((a, b) => byName(a.title, b.title));
    const wanted = this.#input.value.trim().toLocaleLowerCase();
    const found = links.filter(({ title }) => title.toLocaleLowerCase().includes(wanted));
    this.#fill("unread", found.filter((link) => link.isUnread));
    const read = found.filter((link) => !link.isUnread);
    this.#fill("rooms", read.filter(({ room }) => room.kind !== "direct"));
    this.#fill("direct", read.filter(({ room }) => room.kind === "direct"));
    part(this.#element, ".rooms__none").hidden = found.length > 0 || wanted === "";
  }

  /** @param {OwnRoom} room @returns {Link} */
  #link(room) {
    const { store, view } = this.#app;
    const isCurrent = room.id === view.room;
    return {
      room,
      title: roomTitle(room, store.me, store.users),
      isUnread: !isCurrent && isUnread(room),
      isCurrent,
      partner: room.kind === "direct" ? partnerIn(room, store.me?.id) : null,
    };
  }

  /** @param {string} name @param {Link[]} links */
  #fill(name, links) {
    const section = part(this.#element, `[data-section="${name}"]`);
    section.hidden = links.length === 0;
    reconcile(part(section, "ul"), links, {
      key: ({ room }) => String(room.id),
      signature: ({ room, title, isUnread, isCurrent, partner }) =>
        JSON.stringify([
          title,
          room.kind,
          room.slug,
          room.mentions,
          room.notify,
          isUnread,
          isCurrent,
          partner && this.#app.presence.of(partner),
        ]),
      build: (link) => this.#build(link),
    });
  }

  /** @param {Link} link */
  #build({ room, title, isUnread, isCurrent, partner }) {
    const { store } = this.#app;
    const item = clone("room-row");
    const row = part(item, "a");
    row.setAttribute("href", addressOf(room));
    row.dataset.room = String(room.id);
    row.classList.toggle("is-unread", isUnread);
    row.classList.toggle("is-muted", room.notify === "none");
    if (isCurrent) row.setAttribute("aria-current", "page");
    for (const mark of row.querySelectorAll("[data-kind]")) {
      if (/** @type {HTMLElement} */ (mark).dataset.kind !== room.kind) mark.remove();
    }
    const avatar = row.querySelector(".avatar");
    if (avatar instanceof HTMLElement) {
      fillAvatar(avatar, others(room, store.me, store.users)[0] ?? store.me);
      showPresence(part(row, ".presence"), partner, this.#app);
    }
    part(row, ".room-row__name").textContent = title;
    keepIf(row, ".room-row__unread", isUnread);
    const mentions = keepIf(row, ".room-row__mentions", room.mentions > 0);
    if (mentions) part(mentions, "span").textContent = shortCount(room.mentions);
    return item;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const links = [...this.#element.querySelectorAll("a")].filter((link) => link.offsetParent);
    const at = links.findIndex((link) => link === document.activeElement);
    if (event.key === "ArrowDown") (links[at + 1] ?? links[at])?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : this.#input).focus();
    else if (event.target !== this.#input) return;
    else if (event.key === "Escape") this.#clear();
    else if (event.key === "Enter" && !event.isComposing && event.keyCode !== 229) {
      links[0]?.click();
      this.#clear();
    } else return;
    event.preventDefault();
  }

  async #readAll() {
    // The button, and the focus with it, goes with what was unread.
    const current = this.#element.querySelector("a[aria-current]");
    if (current instanceof HTMLElement) current.focus();
    try {
      await this.#app.reading.readAll();
    } catch {
      // What could not be marked stays as it is, for another try.
    }
  }

  #clear() {
    this.#input.value = "";
    this.#input.blur();
    this.update();
  }
}

/** The other one of two. @param {OwnRoom} room @param {number | undefined} me */
function partnerIn({ users = [] }, me) {
  const rest = users.filter((id) => id !== me);
  return rest.length === 1 ? rest[0] : null;
}
