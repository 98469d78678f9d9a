/** The people in the open room, by role and name. */

import { clone, fillAvatar, keepIf, part, reconcile, setText } from "chat/components/markup.js";
import { showPresence } from "chat/components/presence-dot.js";
import { mayChangeRoles, mayInvite, outranks } from "chat/may.js";
import { byName } from "chat/people.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { OwnRoom, User } from "chat/wire.d.ts" */

const ROLES = ["owner", "moderator", "member"];

export class PeopleList {
  #app;
  #count;
  #invite;
  #list;
  #more;
  #sections;
  #ending = new AbortController();
  #isLoading = false;
  /** The room whose people could not be loaded. */
  #failedIn = 0;

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#count = part(element, ".people__count");
    this.#invite = part(element, ".people__invite");
    this.#list = part(element, ".people__list");
    this.#more = part(element, ".people__more");
    this.#sections = part(element, ".people__sections");
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.update()));
    this.#more.addEventListener("click", () => this.#load(), { signal });
    part(this.#list, ".people__again").addEventListener("click", () => this.#load(), { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** It came: what could not be loaded is worth another try. Or it went: then that is what is to be said. */
  connectionChanged() {
    this.#failedIn = 0;
    this.update();
  }

  update() {
    const { store, view } = this.#app;
    const members = store.members.get(view.room);
    const own = store.rooms.get(view.room);
    this.#count.textContent = own ? this.#app.format.number(own.members) : "";
    this.#invite.hidden = !own || !mayInvite(own);
    this.#showState(members !== undefined);
    this.#more.hidden = !members?.more || this.#failedIn === view.room;
    const groups = ROLES.map((role) => ({ role, people: this.#peopleWith(role) }))
      .filter(({ people }) => people.length > 0);
    reconcile(this.#sections, groups, {
      key: ({ role }) => role,
      signature: () => "",
      build: ({ role }) => this.#buildSection(role),
    });
    for (const { role, people } of groups) {
      const isOffered = (/** @type {User} */ user) =>
        own !== undefined && this.#mayDo(own, role, user);
      const list = part(this.#sections, `[data-role="${role}"] ul`);
      reconcile(list, people, {
        key: (user) => String(user.id),
        signature: (user) => JSON.stringify([user, isOffered(user)]),
        build: (user) => buildPerson(user, isOffered(user)),
      });
      for (const dot of list.querySelectorAll(".presence")) this.#showPresence(dot);
    }
  }

  /** @param {boolean} isHeld whether there is anybody to show */
  #showState(isHeld) {
    const { socket, store, view } = this.#app;
    const hasFailed = this.#failedIn === view.room;
    const isAway = !socket.isLive && !isHeld;
    const isDone = isHeld || !store.rooms.has(view.room); // of a room that was left nobody comes any more
    const state = isAway ? "offline" : hasFailed ? "trouble" : isDone ? "ready" : "loading";
    this.#list.dataset.state = state;
    const text =
      { offline: "people_offline", trouble: "people_failed", ready: "", loading: "" }[state];
    setText(part(this.#list, ".people__status"), text && t(text));
    if (state === "loading") this.#load();
  }

  /** What is on its way already, the client does not ask for again. */
  async #load() {
    const { client, store, view } = this.#app;
    if (this.#isLoading || !store.histories.has(view.room)) return;
    this.#isLoading = true;
    this.#failedIn = 0;
    try {
      await client.loading.members(view.room);
    } catch {
      this.#failedIn = view.room;
    }
    this.#isLoading = false;
    this.update();
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

  /** Whether there is anything one may do with a member. @param {OwnRoom} own @param {string} role @param {User} user */
  #mayDo(own, role, user) {
    const isOneself = user.id === this.#app.store.me?.id;
    return mayChangeRoles(own) || (!isOneself && outranks(own, role));
  }

  /** @param {string} role */
  #buildSection(role) {
    const section = clone("people-role");
    section.dataset.role = role;
    part(section, "h3").textContent = t(`role_${role}`);
    return section;
  }
}

/** @param {User} user @param {boolean} isOffered whether one may do something with them */
function buildPerson(user, isOffered) {
  const item = clone("person");
  item.dataset.user = item.dataset.profile = String(user.id);
  fillAvatar(part(item, ".avatar"), user);
  keepIf(item, "bdi.person__name", false);
  const name = part(item, ".person__name");
  name.dataset.profile = String(user.id);
  part(name, "bdi").textContent = user.name;
  part(item, ".person__username").textContent = user.username;
  part(item, ".person__status").textContent = user.status_text;
  const more = keepIf(item, ".person__more", isOffered);
  if (more) part(more, ".spoken").textContent = t("person_what", { name: isolated(user.name) });
  return item;
}
