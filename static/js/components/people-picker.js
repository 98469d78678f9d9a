/** Chooses people: looked for by name, those chosen stand above and can be dropped again. */

import { ListState } from "chat/components/list-state.js";
import { clone, fillAvatar, part, reconcile } from "chat/components/markup.js";
import { byName } from "chat/people.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { User } from "chat/wire.d.ts" */

const SUGGESTIONS = 30;

export class PeoplePicker {
  #app;
  #root;
  #input;
  #list;
  #noteOf;
  #most;
  /** @type {Map<number, User>} */
  picked = new Map();

  /**
   * @param {HTMLElement} root
   * @param {App} app
   * @param {{ noteOf: (user: User) => { text: string, isOut: boolean }, most: number }} how what stands beside a
   *   name, and whether that rules it out; how many may be chosen
   */
  constructor(root, app, { noteOf, most }) {
    this.#root = root;
    this.#app = app;
    this.#noteOf = noteOf;
    this.#most = most;
    this.#input = /** @type {HTMLInputElement} */ (part(root, "input[type=search]"));
    /** @type {import("chat/components/list-state.js").How<User>} */
    const how = {
      ask: (words) => this.#ask(words),
      key: (user) => String(user.id),
      signature: (user) => JSON.stringify([user, this.#noteOf(user), this.picked.has(user.id)]),
      build: (user) => this.#build(user),
      none: () => t("people_none"),
      failed: "people_failed",
      clock: app.clock,
    };
    this.#list = new ListState(root, how);
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    this.#list.connect(signal);
    this.#root.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.#drawPicked();
  }

  focus() {
    this.#input.focus();
  }

  /** Nobody is chosen any more, and whoever was may stand differently now. */
  reset() {
    this.picked.clear();
    this.#input.value = "";
    this.#input.dispatchEvent(new Event("input"));
    this.#drawPicked();
    this.#list.draw();
  }

  /** With no words: those one knows already, first those who can be chosen. @param {string} words */
  async #ask(words) {
    if (words === "") {
      const known = [...this.#app.store.users.values()].filter(({ kind }) => kind === "person");
      const isOut = (/** @type {User} */ user) => Number(this.#noteOf(user).isOut);
      known.sort((a, b) => isOut(a) - isOut(b) || byName(a.name, b.name));
      return { items: known.slice(0, SUGGESTIONS), more: false };
    }
    const { users } = await this.#app.client.people(words);
    return { items: users, more: false };
  }

  /** @param {User} user */
  #build(user) {
    const item = clone("pick");
    const note = this.#noteOf(user);
    fillAvatar(part(item, ".avatar"), user);
    part(item, ".person__name").textContent = user.name;
    part(item, ".pick__username").textContent = user.username;
    part(item, ".pick__note").textContent = note.text;
    const box = /** @type {HTMLInputElement} */ (part(item, "input"));
    box.checked = this.picked.has(user.id);
    box.disabled = note.isOut;
    box.addEventListener("change", () => this.#toggle(user));
    return item;
  }

  /** @param {User} user */
  #toggle(user) {
    if (!this.picked.delete(user.id) && this.picked.size < this.#most) {
      this.picked.set(user.id, user);
    }
    this.#drawPicked();
    const focused = document.activeElement?.closest(".pick") ? user.id : null;
    this.#list.draw();
    if (focused !== null) this.#box(focused)?.focus();
  }

  /** @param {number} id @returns {HTMLInputElement | undefined} */
  #box(id) {
    const at = this.#list.items.findIndex((user) => user.id === id);
    return this.#boxes[at];
  }

  get #boxes() {
    return [...this.#root.querySelectorAll("input")].filter(({ type }) => type === "checkbox");
  }

  #drawPicked() {
    const chosen = part(this.#root, ".people-picker__picked");
    chosen.hidden = this.picked.size === 0;
    reconcile(chosen, [...this.picked.values()], {
      key: (user) => String(user.id),
      signature: (user) => user.name,
      build: (user) => {
        const item = clone("picked");
        part(item, ".picked__name").textContent = user.name;
        part(item, ".spoken").textContent = t("person_drop", { name: isolated(user.name) });
        part(item, "button").addEventListener("click", () => {
          this.#toggle(user);
          this.focus();
        });
        return item;
      },
    });
  }

  /** Up and down through the list; Enter chooses the first that was found. @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.isComposing || event.keyCode === 229) return;
    const boxes = this.#boxes.filter(({ disabled }) => !disabled);
    const at = boxes.findIndex((box) => box === document.activeElement);
    if (event.key === "ArrowDown") (boxes[at + 1] ?? boxes[at])?.focus();
    else if (event.key === "ArrowUp" && at >= 0) (boxes[at - 1] ?? this.#input).focus();
    else if (event.key === "Enter" && event.target === this.#input && this.#input.value !== "") {
      boxes.find(({ checked }) => !checked)?.click();
      this.#input.select();
    } else return;
    event.preventDefault();
  }
}
