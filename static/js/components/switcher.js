/**
 * Goes to another room by its name, or to somebody. The focus stays in the field; the arrows choose, Enter goes
 * (the combobox pattern of the ARIA practices).
 */

import { clone, fillAvatar, keepIf, part, setText } from "chat/components/markup.js";
import { showPresence } from "chat/components/presence-dot.js";
import { Composition, onWords } from "chat/ime.js";
import { Latest } from "chat/latest.js";
import { refusal } from "chat/refusals.js";
import { t } from "chat/strings.js";
import { goalsFor, ownRoom } from "chat/switching.js";
import { shortCount } from "chat/waiting.js";

/** @import { App } from "chat/app.js" */
/** @import { Found, Goal, Group } from "chat/switching.js" */

/** @type {Found} */
const NOTHING = { users: [], rooms: [] };
const STEPS = new Map([["ArrowDown", 1], ["ArrowUp", -1]]);

export class Switcher {
  #dialog;
  #app;
  #input;
  #list;
  #status;
  #found;
  #composition = new Composition();
  /** @type {Goal[]} */
  #goals = [];
  #active = 0;
  /** What is looked for. While an input method has not finished, the field holds more. */
  #words = "";

  /** @param {HTMLDialogElement} dialog @param {App} app */
  constructor(dialog, app) {
    this.#dialog = dialog;
    this.#app = app;
    this.#input = /** @type {HTMLInputElement} */ (part(dialog, "input"));
    this.#list = part(dialog, ".switcher__list");
    this.#status = part(dialog, ".dialog__status");
    /** @type {Latest<Found>} */
    this.#found = new Latest({
      ask: (words) => this.#ask(words),
      onChange: () => this.#draw(),
      clock: app.clock,
    });
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    const input = this.#input;
    signal.addEventListener("abort", () => this.#found.end());
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.#draw()));
    this.#composition.listen(input, signal);
    onWords(input, () => this.#look(), signal);
    this.#dialog.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.#list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.#list.addEventListener("click", ({ target }) => {
      const option = target instanceof Element && target.closest("[role=option]");
      if (option) this.#go(this.#goals[this.#options.indexOf(option)]);
    }, { signal });
    this.#found.start();
    this.#look(); // something may have been typed before this had come
  }

  get #options() {
    return [...this.#list.querySelectorAll("[role=option]")];
  }

  /** Without words what is known is enough. @param {string} words */
  async #ask(words) {
    if (words === "") return { items: [], more: false };
    const { client } = this.#app;
    const asked = /** @type {const} */ ([client.people(words), client.publicRooms(words, 0)]);
    const [{ users }, { rooms }] = await Promise.all(asked);
    return { items: [{ users, rooms }], more: false };
  }

  #look() {
    this.#words = this.#input.value.trim();
    this.#found.look(this.#words);
    this.#active = 0;
    this.#draw();
  }

  #draw() {
    const { store, view } = this.#app;
    if (!store.me) return;
    const { rooms, users, me } = store;
    const known = { rooms: [...rooms.values()], users, me, current: view.room };
    const chosen = this.#goals[this.#active]?.key;
    const groups = goalsFor(this.#words, { ...known, found: this.#found.items[0] ?? NOTHING });
    this.#goals = groups.flatMap(({ goals }) => goals);
    this.#list.replaceChildren(...groups.map((group) => this.#buildGroup(group)));
    this.#options.forEach((option, at) => option.id = `goal-${at}`);
    const again = this.#goals.findIndex(({ key }) => key === chosen);
    this.#activate(this.#active === 0 ? 0 : Math.max(0, again));
    this.#say();
  }

  #say() {
    const isLooking = this.#found.state === "loading" || this.#found.words !== this.#words;
    const none = t(isLooking ? "people_loading" : "switcher_none");
    setText(this.#status, this.#goals.length > 0 ? "" : none);
  }

  /** @param {Group} group */
  #buildGroup({ name, goals }) {
    const group = clone("goal-group");
    const title = part(group, ".switcher__title");
    title.id = `goals-${name}`;
    title.textContent = t(`switcher_${name}`);
    group.setAttribute("aria-labelledby", title.id);
    group.append(...goals.map((goal) => this.#buildGoal(goal)));
    return group;
  }

  /** @param {Goal} goal */
  #buildGoal(goal) {
    const { title, room, user } = goal;
    const own = ownRoom(goal);
    const count = own?.mentions ?? 0;
    const option = clone("goal");
    const kind = own?.kind ?? (room === null ? "direct" : "public");
    for (const mark of option.querySelectorAll("[data-kind]")) {
      if (mark instanceof HTMLElement && mark.dataset.kind !== kind) mark.remove();
    }
    if (kind === "direct" && user) {
      fillAvatar(part(option, ".avatar"), user);
      showPresence(part(option, ".presence"), user.id, this.#app);
    }
    part(option, ".option__name").textContent = title;
    const isOneself = room === null && user.id === this.#app.store.me?.id;
    part(option, ".option__more").textContent = isOneself
      ? t("direct_yourself")
      : room === null
      ? `@${user.username}`
      : room.topic;
    const mentions = keepIf(option, ".mentions", count > 0);
    if (mentions) part(mentions, "span").textContent = shortCount(count);
    return option;
  }

  /** @param {number} at */
  #activate(at) {
    const options = this.#options;
    options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = at;
    const option = options[at];
    if (!option) return this.#input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (this.#composition.owns(event)) return;
    const count = this.#goals.length;
    const step = STEPS.get(event.key);
    if (step !== undefined && count > 0) this.#activate((this.#active + step + count) % count);
    else if (event.key === "Enter" && event.target === this.#input) {
      this.#go(this.#goals[this.#active]);
    } else return;
    event.preventDefault();
  }

  /** @param {Goal | undefined} goal */
  #go(goal) {
    if (!goal) return;
    const own = ownRoom(goal);
    if (own !== null) this.#dialog.close(String(own.id));
    else this.#enter(goal);
  }

  /** A room or a conversation that one is not in yet. @param {Goal} goal */
  async #enter({ room, user }) {
    if (this.#dialog.ariaBusy === "true") return;
    this.#dialog.ariaBusy = "true";
    try {
      const { client } = this.#app;
      const entered = await (room !== null
        ? client.enter("room.join", { room: room.id })
        : client.enter("dm.open", { users: [user.id] }, [user]));
      this.#dialog.close(String(entered));
    } catch (error) {
      this.#app.notice.sayAt(this.#status, refusal(error));
    } finally {
      this.#dialog.ariaBusy = null;
    }
  }
}
