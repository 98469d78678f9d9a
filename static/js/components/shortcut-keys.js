/**
 * Listens to the keyboard, and has done what shortcuts.js says that a key is for. A button that names a shortcut
 * (`data-shortcut`) does the same by a press, and tells its keys.
 */

import { ask } from "chat/components/dialog.js";
import { makeLate } from "chat/components/late-dialog.js";
import { Composition } from "chat/ime.js";
import { Soon } from "chat/late.js";
import { isUnread } from "chat/people.js";
import { actionOf, ariaOf, capsOf, HELD, keysOf } from "chat/shortcuts.js";
import { t } from "chat/strings.js";
import { nextRoom } from "chat/next-room.js";

/** @import { App } from "chat/app.js" */
/** @import { Deed } from "chat/permissions.js" */
/** @import { Keyboard, Place } from "chat/shortcuts.js" */
/** @import { Preferences } from "chat/wire.d.ts" */

const MESSAGE = ".message[data-seq]";
const FIELDS = "input, textarea, select, [contenteditable]";

export class ShortcutKeys {
  #app;
  #composition = new Composition();
  #switcher;
  #helper;
  #ending = new AbortController();
  /** @type {Record<string, () => unknown>} one that returns false leaves the key to the browser */
  #doers;

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
    const { composer, timeline, late } = app;
    this.#switcher = new Soon(late, () => import("chat/components/switcher.js"));
    this.#helper = new Soon(late, () => import("chat/components/shortcut-help.js"));
    this.#doers = {
      [HELD]: () => {},
      switcher: () => this.#switch(),
      search: () => app.page.search.open(),
      find: () => app.page.search.find(),
      help: () => this.#help(),
      previous_room: () => this.#goBy(-1),
      next_room: () => this.#goBy(1),
      previous_unread: () => this.#goToUnread(-1),
      next_unread: () => this.#goToUnread(1),
      escape: () => this.#escape(),
      next_message: () => timeline.step(1),
      previous_message: () => timeline.step(-1),
      reply: () => this.#do("reply"),
      edit: () => this.#do("edit"),
      react: () => this.#do("react"),
      unread: () => this.#do("unread"),
      latest: () => app.toEnd(),
      send: () => composer.send(),
      line_break: () => false,
      edit_last: () => composer.editLast(),
      bold: () => composer.format("bold"),
      italic: () => composer.format("italic"),
      strike: () => composer.format("strike"),
      code: () => composer.format("code"),
      link: () => composer.format("link"),
    };
  }

  connect() {
    const { signal } = this.#ending;
    this.#composition.listen(document, signal);
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element && target.closest("button[data-shortcut]");
      if (button instanceof HTMLElement) this.#doers[button.dataset.shortcut ?? ""]?.();
    }, { signal });
    for (const element of document.querySelectorAll("[data-shortcut]")) {
      if (element instanceof HTMLElement) this.#label(element);
    }
  }

  disconnect() {
    this.#ending.abort();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    // What lies on top has had its turn; of what is below a dialog nothing is within reach.
    if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (this.#composition.owns(event)) return;
    const action = actionOf(event, placeOf(event.target), this.#app.keyboard);
    if (action !== null && this.#doers[action]?.() !== false) event.preventDefault();
  }

  /** @param {HTMLElement} element */
  #label(element) {
    const { keyboard } = this.#app;
    const all = keysOf(element.dataset.shortcut ?? "", keyboard);
    if (all.length === 0) return;
    const keys = all.map((one) => ariaOf(one, keyboard.isMac)).join(" ");
    element.setAttribute("aria-keyshortcuts", keys);
    if (!element.matches(".icon-button")) return;
    element.title = `${element.textContent?.trim()} (${capsOf(all[0], keyboard.isMac).join(" ")})`;
  }

  /** Its field is there at once: what is typed before the rest has come is not lost. */
  async #switch() {
    const ending = new AbortController();
    const quiet = makeLate({ loading: () => {} });
    const room = await ask("switcher", (dialog) => {
      dialog.addEventListener("keydown", (event) => this.#closeAgain(dialog, event));
      this.#switcher.open(
        ({ Switcher }) => new Switcher(dialog, this.#app).connect(ending.signal),
        quiet,
      );
    });
    quiet.giveUp();
    ending.abort();
    if (room !== "") this.#app.navigation.open(Number(room));
  }

  /** @param {HTMLDialogElement} dialog @param {KeyboardEvent} event */
  #closeAgain(dialog, event) {
    if (this.#composition.owns(event)) return;
    if (actionOf(event, "field", this.#app.keyboard) !== "switcher") return;
    event.preventDefault();
    dialog.close("");
  }

  #help() {
    this.#helper.open(({ showShortcuts }) => showShortcuts(this.#app.keyboard));
  }

  /** @param {1 | -1} by */
  #goBy(by) {
    const { page: { roomList }, view, navigation } = this.#app;
    const room = nextRoom(roomList.order, view.room, by);
    if (room !== null) navigation.open(room);
  }

  /** @param {1 | -1} by */
  #goToUnread(by) {
    const { page: { roomList }, store, view, navigation, notice } = this.#app;
    const room = nextRoom(roomList.order, view.room, by, (id) => {
      const own = store.rooms.get(id);
      return own !== undefined && isUnread(own);
    });
    if (room === null) notice.say(t("nothing_unread"));
    else navigation.open(room);
  }

  /** With the message that has the focus, else with the one that is pointed at. @param {Deed} deed */
  #do(deed) {
    const line = document.activeElement?.closest(MESSAGE) ??
      document.querySelector(`${MESSAGE}:hover`);
    if (!(line instanceof HTMLElement)) return false;
    return this.#app.actions.do(deed, Number(line.dataset.seq), line);
  }

  /** What lies on top has closed itself already: to the composer, and from there back to plain writing. */
  #escape() {
    const { composer, navigation, view } = this.#app;
    if (document.querySelector("[popover='']:popover-open")) return false; // the browser's to close
    if (composer.hasFocus) return composer.dismiss();
    if (composer.isVisible) return composer.focus();
    return view.pane === "room" ? false : navigation.showPane("room");
  }
}

/** The keyboard of this machine, and how its owner wants it. @param {Preferences} preferences @returns {Keyboard} */
export function keyboardOf(preferences) {
  return {
    isMac: /Mac|iP(hone|ad|od)/.test(navigator.platform),
    enterSends: preferences.enter_sends && !isTouch(),
    singleKeys: preferences.single_keys,
  };
}

/** Whether Enter is a key of a keyboard on glass, where a new line is wanted more often than not. */
function isTouch() {
  return matchMedia("(pointer: coarse) and (hover: none)").matches;
}

/** @param {EventTarget | null} target @returns {Place} */
function placeOf(target) {
  const field = target instanceof Element && target.closest(FIELDS);
  if (!field) return "page";
  return field.matches(".composer__text") ? "composer" : "field";
}
