/** The people in the open room, by role and name. */

import { clone, fillAvatar, part, reconcile } from "chat/components/markup.js";
import { showPresence } from "chat/components/presence-dot.js";
import { byName } from "chat/people.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { User } from "chat/wire.d.ts" */

const ROLES = ["owner", "moderator", "member"];

export class PeopleList {
  #app;
  #count;
  #more;
  #sections;
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#count = part(element, ".people__count");
    this.#more = part(element, ".people__more");
    this.#sections = part(element, ".people__sections");
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.update()));
    this.#more.addEventListener("click", () => {
      this.#app.client.loadMembers(this.#app.view.room).catch(() => {});
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  update() {
    const { store, view } = this.#app;
    const members = store.members.get(view.room);
    this.#count.textContent = String(store.rooms.get(view.room)?.members ?? "");
    this.#more.hidden = !members?.more;
    const groups = ROLES.map((role) => ({ role, people: this.#peopleWith(role) }))
      .filter(({ people }) => people.length > 0);
    reconcile(this.#sections, groups, {
      key: ({ role }) => role,
      signature: () => "",
      build: ({ role }) => this.#buildSection(role),
    });
    for (const { role, people } of groups) {
      const list = part(this.#sections, `[data-role="${role}"] ul`);
      reconcile(list, people, {
        key: (user) => String(user.id),
        signature: (user) => JSON.stringify(user),
        build: buildPerson,
      });
      for (const dot of list.querySelectorAll(".presence")) this.#showPresence(dot);
    }
  }

  /** @param {Element} dot */
  #showPresence(dot) {
    const person = dot.closest("[data-user]");
    if (dot instanceof HTMLElement && person instanceof HTMLElement) {
      showPresence(dot, Number(person.dataset.user), this.#app);
      person.classList.toggle("is-offline", dot.dataset.status === "offline" && !dot.hidden);
    }
  }

  /** @param {string} role */
  #peopleWith(role) {
    const { store, view } = this.#app;
    return [...store.members.get(view.room)?.rows ?? []]
      .filter(([, row]) => row.role === role)
      .map(([id]) => store.users.get(id))
      .filter((user) => user !== undefined)
      .sort((a, b) => byName(a.name, b.name));
  }

  /** @param {string} role */
  #buildSection(role) {
    const section = clone("people-role");
    section.dataset.role = role;
    part(section, "h3").textContent = t(`role_${role}`);
    return section;
  }
}

/** @param {User} user */
function buildPerson(user) {
  const item = clone("person");
  item.dataset.user = String(user.id);
  fillAvatar(part(item, ".avatar"), user);
  part(item, ".person__name").textContent = user.name;
  part(item, ".person__username").textContent = user.username;
  return item;
}
