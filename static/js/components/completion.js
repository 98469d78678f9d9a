/**
 * What is being typed, completed: people after `@`, rooms after `#`, emoji after `:`. The focus stays in the text;
 * the arrows choose, Enter and Tab take, Escape closes (the combobox pattern of the ARIA practices; a field of
 * several lines stays a textbox by its role). While an input method composes, the keys are its own.
 */

import { clone, fillAvatar, part } from "chat/components/markup.js";
import { replaceUndoably } from "chat/components/undoable.js";
import {
  codeBefore,
  matchEverybody,
  matchPeople,
  matchRooms,
  MOST,
  tokenBefore,
} from "chat/completion.js";
import { mayMentionRoom } from "chat/may.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Token } from "chat/completion.js" */
/** @import { Composition } from "chat/ime.js" */
/** @import { OwnRoom, User } from "chat/wire.d.ts" */

/** @typedef {{ insert: string, name: string, more: string, lang?: string, user?: User, mark?: string }} Offer */

const ASK_AFTER = 150; // milliseconds in which nothing was typed
const CODES = /:[\p{L}\p{N}_+-]{2}/u;

export class Completion {
  #app;
  #text;
  #list;
  #composition;
  /** @type {Token | null} */
  #token = null;
  /** The text that it stands in. */
  #seen = "";
  /** @type {Offer[]} */
  #offers = [];
  #active = 0;
  #timer = 0;
  /** @type {number | null} where the token began that was refused with Escape */
  #refused = null;
  #ending = new AbortController();

  /** @param {HTMLTextAreaElement} text @param {HTMLElement} list @param {Composition} composition @param {App} app */
  constructor(text, list, composition, app) {
    this.#app = app;
    this.#text = text;
    this.#list = list;
    this.#composition = composition;
  }

  connect() {
    const { signal } = this.#ending;
    const text = this.#text;
    text.setAttribute("aria-autocomplete", "list");
    text.setAttribute("aria-haspopup", "listbox");
    text.addEventListener("input", (event) => this.#typed(event), { signal });
    text.addEventListener("compositionend", () => this.#look(), { signal });
    text.addEventListener("click", () => this.#look(), { signal });
    text.addEventListener("blur", () => this.#close(), { signal });
    // Before the composer: what is chosen here is not sent there.
    text.addEventListener("keydown", (event) => this.#pressed(event), { signal, capture: true });
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.#list.addEventListener("click", ({ target }) => {
      const option = target instanceof Element && target.closest("[role=option]");
      if (option) this.#take([...this.#list.children].indexOf(option));
    }, { signal });
  }

  disconnect() {
    clearTimeout(this.#timer);
    this.#ending.abort();
  }

  /** What was typed while this was on its way. */
  catchUp() {
    const isWritten = document.activeElement === this.#text && !this.#composition.isOpen;
    if (isWritten) this.#read();
  }

  /** Another text may stand there than the one that offers were made for: that of another room, say. */
  follow() {
    if (this.#text.value !== this.#seen) this.#close();
  }

  /** @param {Event} event */
  #typed(event) {
    if (/** @type {InputEvent} */ (event).isComposing) this.#close();
    else this.#read();
  }

  #read() {
    if (CODES.test(this.#text.value)) this.#loadEmoji();
    if (!this.#replaceCode()) this.#look();
  }

  #look() {
    const { selectionStart: caret, selectionEnd, value } = this.#text;
    this.#seen = value;
    const token = caret === selectionEnd ? tokenBefore(value, caret) : null;
    if (token?.start !== this.#refused) this.#refused = null;
    if (!token || token.start === this.#refused) return this.#close();
    this.#token = token;
    this.#offer(this.#offersFor(token));
    clearTimeout(this.#timer);
    if (token.kind === "person") {
      this.#timer = window.setTimeout(() => this.#askFor(token), ASK_AFTER);
    }
  }

  /** @param {Token} token @returns {Offer[]} */
  #offersFor({ kind, query }) {
    const { keep, picker, store } = this.#app;
    if (kind === "person") return this.#mentions(this.#peopleHere(), query);
    if (kind === "room") return matchRooms(store.rooms.values(), query).map(offerRoom);
    const found = picker.names?.search(query, MOST, keep.oftenUsed()) ?? [];
    const isChinese = isPageChinese();
    return found.map(({ char, codes, zh }) => ({
      insert: char,
      name: `:${codes[0]}:`,
      more: isChinese || zh.includes(query) ? zh : "", // to others only what they looked for by it
      lang: "zh",
      mark: char,
    }));
  }

  /** Everybody at once comes last, so that nobody calls them unawares, unless it is typed out. @param {Iterable<User>} users @param {string} query @returns {Offer[]} */
  #mentions(users, query) {
    const { store, view } = this.#app;
    const own = store.rooms.get(view.room);
    const offers = matchPeople(users, query).map(offerPerson);
    const name = own && mayMentionRoom(own) ? matchEverybody(query, isPageChinese()) : null;
    if (name === null) return offers;
    const all = offerEverybody(name);
    return name === query ? [all, ...offers] : [...offers.slice(0, MOST - 1), all];
  }

  /** @returns {User[]} */
  #peopleHere() {
    const { store, view } = this.#app;
    const rows = store.members.get(view.room)?.rows ?? new Map();
    return [...rows].filter(([id, { role }]) => role !== null && id !== store.me?.id)
      .map(([id]) => store.users.get(id)).filter((user) => user !== undefined);
  }

  /** In a large room not everybody is known here. @param {Token} token */
  async #askFor(token) {
    const { client, store, view } = this.#app;
    if (!store.members.get(view.room)?.more) return;
    const users = await client.findPeople(token.query, view.room).catch(() => []);
    if (this.#token !== token) return;
    const others = users.filter(({ id }) => id !== store.me?.id);
    const known = new Map([...this.#peopleHere(), ...others].map((user) => [user.id, user]));
    this.#offer(this.#mentions(known.values(), token.query));
  }

  async #loadEmoji() {
    const { picker } = this.#app;
    if (picker.names) return;
    await picker.load().catch(() => {});
    const isWritten = document.activeElement === this.#text && !this.#composition.isOpen;
    if (isWritten && (this.#token?.kind === "emoji" || this.#token === null)) this.#look();
  }

  /** `:tada:` typed to its end is the emoji. */
  #replaceCode() {
    const { selectionStart: caret, value } = this.#text;
    const start = codeBefore(value, caret);
    if (start === null) return false;
    const code = value.slice(start, caret);
    const emoji = this.#app.picker.names?.replaceCodes(code) ?? code;
    if (emoji === code) return false;
    this.#close();
    this.#insert(emoji, start);
    this.#app.keep.useEmoji(emoji);
    return true;
  }

  /** @param {Offer[]} offers */
  #offer(offers) {
    if (offers.length === 0) return this.#hide();
    this.#offers = offers;
    this.#list.replaceChildren(...offers.map(buildOption));
    this.#list.hidden = false;
    this.#text.setAttribute("aria-controls", this.#list.id);
    this.#activate(0);
  }

  /** @param {number} at */
  #activate(at) {
    this.#list.children[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = at;
    const option = this.#list.children[at];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.#text.setAttribute("aria-activedescendant", option.id);
  }

  #close() {
    clearTimeout(this.#timer);
    this.#token = null;
    this.#hide();
  }

  #hide() {
    this.#list.hidden = true;
    this.#offers = [];
    for (const name of ["aria-controls", "aria-activedescendant"]) this.#text.removeAttribute(name);
  }

  /** @param {number} at */
  #take(at) {
    const offer = this.#offers[at];
    const token = this.#token;
    if (!offer || token === null) return;
    this.#close();
    this.#insert(offer.insert, token.start);
    if (token.kind === "emoji") this.#app.keep.useEmoji(offer.insert);
  }

  /** In the place of what is typed from there on, in a way that can be undone. @param {string} insert @param {number} from */
  #insert(insert, from) {
    replaceUndoably(this.#text, insert, from, this.#text.selectionEnd);
  }

  /** Whoever has typed it to the end and presses Enter wants to send. @param {string} key */
  #isTypedOut(key) {
    const { selectionStart: caret, value } = this.#text;
    const typed = value.slice(this.#token?.start, caret);
    return key === "Enter" && this.#offers[this.#active].insert.trim() === typed;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (this.#list.hidden || this.#composition.owns(event)) return;
    const count = this.#offers.length;
    const hasModifier = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (hasModifier) return;
    switch (event.key) {
      case "ArrowDown":
        this.#activate((this.#active + 1) % count);
        break;
      case "ArrowUp":
        this.#activate((this.#active + count - 1) % count);
        break;
      case "Enter":
      case "Tab":
        if (this.#isTypedOut(event.key)) return this.#close();
        this.#take(this.#active);
        break;
      case "Escape":
        this.#refused = this.#token?.start ?? null;
        this.#close();
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}

/** @param {User} user @returns {Offer} */
function offerPerson(user) {
  const { name, username } = user;
  return { insert: `@${username} `, name, more: username === name ? "" : username, user };
}

/** @param {string} name @returns {Offer} */
function offerEverybody(name) {
  return { insert: `@${name} `, name, more: t("mention_everybody"), mark: "@" };
}

/** @param {OwnRoom} room @returns {Offer} */
function offerRoom({ name, slug, topic }) {
  return { insert: `#${slug} `, name, more: topic, mark: "#" };
}

/** @param {Offer} offer @param {number} at */
function buildOption({ name, more, lang = "", user, mark }, at) {
  const option = clone("completion-option");
  option.id = `completion-${at}`;
  part(option, ".option__name").textContent = name;
  const rest = part(option, ".option__more");
  rest.textContent = more;
  if (lang) rest.lang = lang;
  const place = part(option, ".option__mark");
  if (user) fillAvatar(place.appendChild(clone("completion-avatar")), user);
  else place.textContent = mark ?? "";
  return option;
}

function isPageChinese() {
  return document.documentElement.lang.startsWith("zh");
}
