/** The rooms in their sections, and the filter on top of them. */

import { addressOf } from "chat/addresses.js";
import { clone, fillAvatar, keepIf, part, reconcile } from "chat/components/markup.js";
import { showPresence } from "chat/components/presence-dot.js";
import { onWords } from "chat/ime.js";
import { byName, byRecency, isCalled, isListed, isUnread, others, roomTitle } from "chat/people.js";
import { capsOf } from "chat/shortcuts.js";
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
  /** What is looked for. While an input method has not finished, the field holds more. */
  #words = "";
  /** The open room, once its row has been brought into sight. */
  #revealed = 0;
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
    this.#revealed = this.#app.view.room; // a list begins with what is unread
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.update()));
    const { isMac } = this.#app.keyboard;
    part(this.#filter, "kbd").textContent = capsOf("Mod K", isMac).join(isMac ? "" : " ");
    onWords(this.#input, () => this.#look(), signal);
    this.#element.addEventListener("click", ({ target }) => {
      const row = target instanceof Element && target.closest("a");
      if (!row) return;
      this.#revealed = Number(row.dataset.room); // whoever presses it has it in sight, and others around it
      this.#clear();
    }, { signal });
    part(this.#element, ".rooms__read-all").addEventListener("click", () => this.#readAll(), {
      signal,
    });
    this.#element.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** The rooms as they stand here, one below the other. @returns {number[]} */
  get order() {
    const rows = [...this.#element.querySelectorAll("[data-room]")];
    return rows.map((row) => Number(row.getAttribute("data-room")));
  }

  update() {
    const focused = document.activeElement?.closest("a[data-room]");
    const { store, view } = this.#app;
    const links = [...store.rooms.values()]
      .filter((room) => isListed(room, store.me) || room.id === view.room)
      .map((room) => this.#link(room))
      .filter(({ title }) => isCalled(title, this.#words))
      .sort((a, b) => byName(a.title, b.title));
    const read = links.filter((link) => !link.isUnread);
    const direct = read.filter(({ room }) => room.kind === "direct");
    this.#fill("unread", links.filter((link) => link.isUnread));
    this.#fill("rooms", read.filter(({ room }) => room.kind !== "direct"));
    this.#fill("direct", direct.sort((a, b) => byRecency(a.room, b.room)));
    part(this.#element, ".rooms__none").hidden = links.length > 0 || this.#words === "";
    if (focused instanceof HTMLElement) this.#refocus(focused);
    this.#reveal();
  }

  #reveal() {
    const { room } = this.#app.view;
    if (room === this.#revealed || !matchMedia("(width >= 768px)").matches) return;
    this.#revealed = room;
    this.#element.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  #look() {
    this.#words = this.#input.value.trim();
    this.update();
  }

  /** A row that went to another section was built anew there. @param {HTMLElement} row */
  #refocus(row) {
    if (row.isConnected && row === document.activeElement) return;
    const again = this.#element.querySelector(`a[data-room="${row.dataset.room}"]`);
    if (again instanceof HTMLElement) again.focus({ preventScroll: true });
  }

  /** @param {OwnRoom} room @returns {Link} */
  #link(room) {
    const { store, view } = this.#app;
    const isCurrent = room.id === view.room;
    return {
      room,
      title: roomTitle(room, store.me, store.users),
      // On a small screen nobody sees the room behind this list.
      isUnread: isUnread(room) && !(isCurrent && view.pane !== "rooms"),
      isCurrent,
      partner: room.kind === "direct" ? partnerIn(room, store.me?.id) : null,
    };
  }

  /** @param {string} name @param {Link[]} links */
  #fill(name, links) {
    const section = part(this.#element, `[data-section="${name}"]`);
    // Where rooms are found and made is there even when there is none.
    const offersMore = section.querySelector("[data-open]") !== null && this.#words === "";
    section.hidden = links.length === 0 && !offersMore;
    reconcile(part(section, "ul"), links, {
      key: ({ room }) => String(room.id),
      signature: ({ room, title, isUnread, isCurrent, partner }) =>
        JSON.stringify([
          title,
          room.kind,
          room.slug,
          room.mentions,
          room.notify,
          room.reports !== undefined,
          isUnread,
          isCurrent,
          partner && this.#app.presence.of(partner),
          room.kind === "direct" && this.#faceOf(room)?.avatar,
        ]),
      build: (link) => this.#build(link),
    });
  }

  /** @param {Link} link */
  #build({ room, title, isUnread, isCurrent, partner }) {
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
      fillAvatar(avatar, this.#faceOf(room));
      showPresence(part(row, ".presence"), partner, this.#app);
    }
    part(row, ".room-row__name").textContent = title;
    keepIf(row, ".room-row__unread", isUnread);
    keepIf(row, ".room-row__reports", room.reports !== undefined);
    const mentions = keepIf(row, ".mentions", room.mentions > 0);
    if (mentions) part(mentions, "span").textContent = shortCount(room.mentions);
    return item;
  }

  /** Whose picture a direct room has. @param {OwnRoom} room */
  #faceOf(room) {
    const { me, users } = this.#app.store;
    return others(room, me, users)[0] ?? me;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const isTyping = event.target === this.#input;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const links = [...this.#element.querySelectorAll("a")].filter((link) => link.offsetParent);
    const at = links.findIndex((link) => link === document.activeElement);
    if (event.key === "ArrowDown") (links[at + 1] ?? links[at])?.focus();
    else if (event.key === "ArrowUp") (at > 0 ? links[at - 1] : this.#input).focus();
    else if (event.key === "Escape" && isTyping) this.#leave();
    else if (event.key === "Escape" && this.#input.value !== "") {
      this.#input.focus();
      this.#clear();
    } else if (event.key === "Enter" && isTyping) {
      links[0]?.click();
      this.#leave();
    } else return;
    event.preventDefault();
  }

  async #readAll() {
    // The button, and the focus with it, goes with what was unread.
    const current = this.#element.querySelector("a[aria-current]");
    if (current instanceof HTMLElement) current.focus();
    try {
      await this.#app.reading.readAll();
    } catch (error) {
      this.#app.notice.sayRefusal(error);
    }
  }

  #leave() {
    this.#clear();
    this.#input.blur();
  }

  #clear() {
    if (this.#input.value === "") return;
    this.#input.value = "";
    this.#revealed = 0; // all rooms are there again, around it
    this.#look();
  }
}

/** The other one of two. @param {OwnRoom} room @param {number | undefined} me */
function partnerIn({ users = [] }, me) {
  const rest = users.filter((id) => id !== me);
  return rest.length === 1 ? rest[0] : null;
}
