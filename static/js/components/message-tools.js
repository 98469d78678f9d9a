/**
 * What can be done with a message, where the message is: a small toolbar that comes with the pointer, the focus
 * or a tap, and a menu behind it, which a long press and the keyboard open as well. There is one of each; they
 * go where they are wanted.
 */

import { onLongPress } from "chat/components/long-press.js";
import { clone } from "chat/components/markup.js";
import { Menu } from "chat/components/menu.js";
import { Roving } from "chat/components/roving.js";

/** @import { MessageActions } from "chat/components/message-actions.js" */
/** @import { Deed } from "chat/permissions.js" */

const MESSAGE = ".message[data-seq]";
const FLOATING = "[popover], dialog"; // they give the focus back
const OVERLAP = 16; // pixels of the toolbar that lie over its message, the rest stands above
const INSET = 6;
const STEPS = new Map([["ArrowLeft", -1], ["ArrowRight", 1]]);

export class MessageTools {
  #rows;
  #actions;
  #toolbar = clone("message-tools");
  #menuElement = clone("message-menu");
  #menu;
  #roving;
  /** @type {HTMLElement | null} the message that has the toolbar, or that the menu is about */
  #message = null;
  #ending = new AbortController();

  /** @param {HTMLElement} rows @param {MessageActions} actions */
  constructor(rows, actions) {
    this.#rows = rows;
    this.#actions = actions;
    this.#menu = new Menu(this.#menuElement, (item) => this.#chosen(item));
    this.#roving = new Roving(rows, (message) => this.#openMenu(message, message));
  }

  connect() {
    const { signal } = this.#ending;
    const rows = this.#rows;
    this.#menu.connect();
    this.#roving.connect();
    rows.addEventListener("pointerover", (event) => this.#pointed(event), { signal });
    rows.addEventListener("pointerleave", () => this.#left(), { signal });
    rows.addEventListener("focusin", ({ target }) => this.#showAt(target), { signal });
    rows.addEventListener("focusout", ({ relatedTarget }) => {
      const isGone = relatedTarget instanceof Element && !rows.contains(relatedTarget);
      if (isGone && !relatedTarget.closest(FLOATING)) this.#hide();
    }, { signal });
    rows.addEventListener("contextmenu", (event) => this.#keyAsked(event), { signal });
    this.#toolbar.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.#toolbar.addEventListener("keydown", (event) => this.#stepped(event), { signal });
    this.#toolbar.addEventListener("focusin", ({ target }) => this.#stopAt(target), { signal });
    onLongPress(rows, MESSAGE, (message) => this.#openMenu(message, message), signal);
  }

  disconnect() {
    this.#ending.abort();
    this.#menu.disconnect();
    this.#roving.disconnect();
  }

  /** Another room comes: what is offered here is for a message of the one before, and there may be one of that number. */
  leave() {
    this.#menu.close();
    this.#hide();
  }

  /** Changes the rows; what had the focus, the toolbar or its message, has it afterwards. @param {() => void} change */
  keep(change) {
    const focused = document.activeElement;
    const isOurs = focused instanceof HTMLElement && this.#rows.contains(focused);
    const seq = isOurs ? focused.closest(MESSAGE)?.getAttribute("data-seq") : null;
    change();
    if (this.#message && !this.#message.isConnected) this.#reattach();
    if (isOurs && document.activeElement !== focused) {
      const again = focused.isConnected ? focused : seq ? this.#nearest(Number(seq)) : null;
      again?.focus({ preventScroll: true });
    }
    this.#roving.settle();
  }

  /** What may be done may be more or less by now: a mute began, or is over. */
  update() {
    if (!this.#message?.contains(this.#toolbar)) return;
    this.#offer(this.#message, this.#toolbar);
    const stop = this.#toolbar.querySelector("[tabindex='0']");
    if (!(stop instanceof HTMLElement) || !stop.hidden) return;
    if (stop === document.activeElement) this.#message.focus({ preventScroll: true });
    this.#stopAt(this.#tools[0]);
  }

  /** The message of a number; if it is no longer held, what is next to it. @param {number} seq @returns {HTMLElement | null} */
  #nearest(seq) {
    const messages = [...this.#rows.querySelectorAll(MESSAGE)]
      .filter((message) => message instanceof HTMLElement);
    const below = messages.find((message) => seqOf(message) >= seq);
    return below ?? messages.at(-1) ?? null;
  }

  /** @param {PointerEvent} event */
  #pointed({ target, pointerType }) {
    const isBusy = this.#menu.isOpen || this.#toolbar.querySelector(":focus-visible");
    if (pointerType === "mouse" && !isBusy) this.#showAt(target);
  }

  /** What lies on top, and has the focus, gives it back to where it was: to the toolbar, perhaps. */
  #left() {
    const focused = document.activeElement;
    const isHeld = this.#rows.contains(focused) || focused?.closest(FLOATING);
    if (!this.#menu.isOpen && !isHeld) this.#hide();
  }

  #hide() {
    this.#toolbar.remove();
    this.#message = null;
  }

  /** @param {EventTarget | null} target */
  #showAt(target) {
    const message = target instanceof Element && target.closest(MESSAGE);
    if (!(message instanceof HTMLElement) || message.contains(this.#toolbar)) return;
    // It does not take the focus along to where the pointer has come.
    if (this.#toolbar.contains(document.activeElement)) {
      this.#message?.focus({ preventScroll: true });
    }
    this.#offer(message, this.#toolbar);
    this.#stopAt(this.#tools[0]);
    this.#message = message;
    // Where the message begins above what is seen, at the upper edge of what is seen.
    message.append(this.#toolbar);
    const edge = this.#rows.parentElement?.getBoundingClientRect().top ?? 0;
    const raised = OVERLAP - this.#toolbar.offsetHeight;
    const top = Math.max(raised, edge + INSET - message.getBoundingClientRect().top);
    this.#toolbar.style.setProperty("--top", `${top}px`);
  }

  /** The buttons that are offered. @returns {HTMLElement[]} */
  get #tools() {
    return [...this.#toolbar.querySelectorAll("button")].filter(({ hidden }) => !hidden);
  }

  /** One of them is a stop of the Tab key, the arrows lead to the others. @param {EventTarget | null} stop */
  #stopAt(stop) {
    for (const button of this.#toolbar.querySelectorAll("button")) {
      button.tabIndex = button === stop ? 0 : -1;
    }
  }

  /** @param {KeyboardEvent} event */
  #stepped(event) {
    const step = STEPS.get(event.key);
    if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
    const tools = this.#tools;
    const at = tools.indexOf(/** @type {HTMLElement} */ (event.target));
    const next = tools[at + (this.#toolbar.matches(":dir(rtl)") ? -step : step)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  /** The message was built anew. */
  #reattach() {
    const seq = this.#message?.dataset.seq;
    const message = this.#rows.querySelector(`${MESSAGE}[data-seq="${seq}"]`);
    this.#hide();
    this.#showAt(message);
  }

  /** Shows of the buttons inside those that are for this message. @param {HTMLElement} message @param {HTMLElement} inside */
  #offer(message, inside) {
    const deeds = this.#actions.deedsOn(seqOf(message));
    for (const button of inside.querySelectorAll("[data-do]")) {
      if (!(button instanceof HTMLElement)) continue;
      const name = /** @type {Deed | "more"} */ (button.dataset.do);
      button.hidden = name !== "more" && !deeds.has(name);
    }
  }

  /** The likely reactions, to be given without a further step. */
  #offerQuick() {
    const buttons = this.#menuElement.querySelectorAll(".message-menu__quick [data-do=react]");
    const likely = this.#actions.oftenUsed(buttons.length);
    buttons.forEach((button, at) => {
      button.textContent = likely[at];
      if (button instanceof HTMLElement) button.dataset.emoji = likely[at];
    });
  }

  /** @param {HTMLElement} message @param {HTMLElement} opener */
  #openMenu(message, opener) {
    this.#showAt(message);
    this.#message = message;
    this.#offer(message, this.#menuElement);
    const { clientHeight } = document.documentElement;
    const box = opener.getBoundingClientRect();
    const seen = new DOMRect(box.x, box.y, box.width, Math.min(box.height, clientHeight - box.y));
    this.#offerQuick();
    this.#menu.open(seen, () => {
      const again = opener.isConnected ? opener : this.#message;
      again?.focus({ preventScroll: true });
    });
  }

  /** The keyboard's key for menus. @param {MouseEvent} event */
  #keyAsked(event) {
    const message = event.target;
    if (!(message instanceof HTMLElement) || !message.matches(MESSAGE)) return;
    if (event.button !== -1 && document.activeElement !== message) return;
    if (/** @type {PointerEvent} */ (event).pointerType !== "") return;
    event.preventDefault();
    this.#openMenu(message, message);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const button = event.target instanceof Element && event.target.closest("button");
    if (!(button instanceof HTMLElement) || !this.#message) return;
    event.stopPropagation();
    if (button.dataset.do === "more") this.#openMenu(this.#message, button);
    else this.#do(button.dataset.do ?? "", button);
  }

  /** @param {HTMLElement} item */
  #chosen(item) {
    const { emoji, do: name = "" } = item.dataset;
    if (!emoji) return this.#do(name, this.#toolbar);
    if (this.#message) this.#actions.react(seqOf(this.#message), emoji);
  }

  /** @param {string} name @param {HTMLElement} near */
  #do(name, near) {
    if (this.#message) this.#actions.do(/** @type {Deed} */ (name), seqOf(this.#message), near);
  }
}

/** @param {HTMLElement} message */
function seqOf(message) {
  return Number(message.dataset.seq);
}
