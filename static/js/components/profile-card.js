/** Who somebody is, and what one can do about it: opened from their name or picture, wherever it stands. */

import { ask } from "chat/components/dialog.js";
import { fillAvatar, part } from "chat/components/markup.js";
import { presenceText } from "chat/components/presence-dot.js";
import { CommandError } from "chat/commands.js";
import { refusal } from "chat/refusals.js";
import { has, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { User } from "chat/wire.d.ts" */

const GAP = 8;
const WIDE = "(width >= 768px)";

export class ProfileCard {
  #app;
  /** @type {HTMLDialogElement | null} */
  #dialog = null;
  #userId;
  #shown = "";

  /** @param {App} app @param {number} userId */
  constructor(app, userId) {
    this.#app = app;
    this.#userId = userId;
  }

  /** Whom it shows. */
  get user() {
    return this.#userId;
  }

  /** Shows it until it is closed. @param {HTMLElement} anchor what it was opened from */
  async open(anchor) {
    if (this.#app.card !== null || !this.#app.store.users.has(this.#userId)) return;
    this.#app.card = this;
    const stop = this.#app.redraw.subscribe(() => this.update());
    const list = anchor.closest("[role=log], .people__list");
    // A picture cannot have the focus that is given back later; the name beside it can.
    const name = anchor.closest(".message, .person")?.querySelector("button[data-profile]");
    if (name instanceof HTMLElement) name.focus({ preventScroll: true });
    const closed = ask("profile-card", (dialog) => this.#begin(dialog));
    this.#placeBeside(anchor);
    this.#app.watchPeople();
    await closed;
    stop();
    this.#dialog = null;
    this.#app.card = null;
    this.#app.watchPeople();
    this.#giveBack(list);
  }

  update() {
    const user = this.#app.store.users.get(this.#userId);
    if (this.#dialog === null || !user) return;
    const { store } = this.#app;
    const isBlocked = store.blocked.has(user.id);
    const isOneself = user.id === store.me?.id;
    const here = isBlocked ? "" : presenceText(user.id, this.#app);
    const shown = JSON.stringify([user, isBlocked, here]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const pressed = document.activeElement;
    this.#fill(this.#dialog, user, here);
    part(this.#dialog, ".profile-card__blocked").hidden = !isBlocked;
    part(this.#dialog, "[data-do=block]").hidden = isBlocked || isOneself;
    part(this.#dialog, "[data-do=unblock]").hidden = !isBlocked;
    part(this.#dialog, "[data-do=message]").hidden = isBlocked || isOneself;
    part(this.#dialog, ".profile-card__edit").hidden = !isOneself;
    if (pressed instanceof HTMLElement && pressed.hidden) {
      // What undoes it has taken its place.
      part(this.#dialog, ".profile-card__ways > :not([hidden])").focus();
    }
    this.#keepInside(this.#dialog);
  }

  /** @param {HTMLElement} dialog @param {User} user @param {string} here */
  #fill(dialog, user, here) {
    dialog.setAttribute("aria-label", user.name);
    fillAvatar(part(dialog, ".avatar"), user);
    part(dialog, ".profile-card__name").textContent = user.name;
    part(dialog, ".profile-card__username").textContent = `@${user.username}`;
    part(dialog, ".profile-card__status").textContent = user.status_text;
    part(dialog, ".profile-card__here").textContent = here;
    part(dialog, ".profile-card__here").dataset.status = here
      ? this.#app.presence.of(user.id) ?? ""
      : "";
  }

  /** @param {HTMLDialogElement} dialog */
  #begin(dialog) {
    this.#dialog = dialog;
    this.update();
    dialog.addEventListener("click", (event) => this.#clicked(event));
  }

  /** Beside what it was opened from; on a small screen the style sheet says where. @param {HTMLElement} anchor */
  #placeBeside(anchor) {
    if (this.#dialog === null || !matchMedia(WIDE).matches) return;
    const { left, right, top } = anchor.getBoundingClientRect();
    const { width } = this.#dialog.getBoundingClientRect();
    const isRoom = right + GAP + width <= innerWidth - GAP;
    const x = isRoom ? right + GAP : left - GAP - width;
    this.#dialog.style.left = `${Math.max(GAP, Math.min(x, innerWidth - GAP - width))}px`;
    this.#keepInside(this.#dialog, top);
  }

  /** What it comes to say makes it higher. @param {HTMLElement} dialog @param {number} [top] where it would begin */
  #keepInside(dialog, top = dialog.getBoundingClientRect().top) {
    if (!matchMedia(WIDE).matches) return;
    const lowest = innerHeight - GAP - dialog.getBoundingClientRect().height;
    dialog.style.top = `${Math.max(GAP, Math.min(top, lowest))}px`;
  }

  /** The browser does it, but for what was drawn anew or folded up meanwhile. @param {Element | null} list */
  #giveBack(list) {
    if (document.activeElement !== document.body || !(list instanceof HTMLElement)) return;
    const names = [...list.querySelectorAll(`button[data-profile="${this.#userId}"]`)];
    const again = names.findLast((name) => name.checkVisibility());
    (again instanceof HTMLElement ? again : list).focus({ preventScroll: true });
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const button = event.target instanceof Element && event.target.closest("button");
    if (!button || button.ariaDisabled === "true") return;
    if (button.dataset.do === "close") this.#dialog?.close("");
    if (button.dataset.do === "message") this.#try(button, () => this.#message());
    if (button.dataset.do === "block") this.#try(button, () => this.#block("block.set"));
    if (button.dataset.do === "unblock") this.#try(button, () => this.#block("block.lift"));
  }

  async #message() {
    const users = [this.#userId];
    const room = await this.#app.client.enter("dm.open", { users });
    if (this.#dialog === null) return; // closed meanwhile: somebody thought better of it
    this.#dialog.close("");
    this.#app.frame.closeMenu();
    this.#app.navigation.open(room);
  }

  /** The new `welcome` shows what became of it. @param {"block.set" | "block.lift"} type */
  async #block(type) {
    await this.#app.client.act(type, { user: this.#userId });
  }

  /** @param {HTMLButtonElement} button @param {() => Promise<void>} act */
  async #try(button, act) {
    const dialog = this.#dialog;
    if (dialog === null) return;
    const trouble = part(dialog, ".profile-card__trouble");
    trouble.textContent = "";
    button.ariaDisabled = "true"; // not `disabled`, which would take the focus away
    try {
      await act();
    } catch (error) {
      const code = error instanceof CommandError ? error.code : "";
      const name = `profile_${button.dataset.do}_${code}`;
      const why = code === "disconnected" ? refusal(error) : t(has(name) ? name : "profile_failed");
      this.#app.notice.sayAt(trouble, why);
      this.#keepInside(dialog);
    }
    button.ariaDisabled = null;
  }
}
