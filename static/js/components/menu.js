/**
 * A menu as the ARIA practices have it: arrows, Home, End and first letters move, Escape and Tab close, and the
 * focus goes back where it came from. It lies above all else (`popover`) and closes when one presses elsewhere;
 * by itself, for the browser would take the end of a long press that opened it for such a press.
 */

import { cover, ground, place } from "chat/components/floating.js";

const TYPED = /^\S$/u;

export class Menu {
  #element;
  #onChoose;
  #giveBack = () => {};
  #ending = new AbortController();

  /** @param {HTMLElement} element with `role="menu"` and `popover="manual"` @param {(item: HTMLElement) => void} onChoose */
  constructor(element, onChoose) {
    this.#element = element;
    this.#onChoose = onChoose;
  }

  connect() {
    const { signal } = this.#ending;
    const element = this.#element;
    ground().append(element);
    element.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    element.addEventListener("click", (event) => this.#clicked(event), { signal });
    cover(element, signal);
    document.addEventListener("pointerdown", ({ target }) => {
      if (target instanceof Node && !element.contains(target)) this.#hide();
    }, { signal, capture: true });
    addEventListener("resize", () => this.#hide(), { signal });
    element.addEventListener("pointerover", ({ target, pointerType }) => {
      const item = target instanceof Element && target.closest("[role=menuitem]");
      if (pointerType === "mouse" && item instanceof HTMLElement) item.focus();
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
    this.#element.remove();
  }

  get isOpen() {
    return this.#element.matches(":popover-open");
  }

  /**
   * @param {DOMRect} beside what it opens beside, on a screen that has the room
   * @param {() => void} giveBack the focus, to whatever stands now where the menu was asked for
   */
  open(beside, giveBack) {
    this.#giveBack = giveBack;
    this.#element.showPopover();
    place(this.#element, beside);
    this.#items[0]?.focus({ preventScroll: true });
  }

  close() {
    if (!this.isOpen) return;
    this.#hide();
    this.#giveBack();
  }

  get #items() {
    const items = this.#element.querySelectorAll("[role=menuitem]:not([hidden])");
    return /** @type {HTMLElement[]} */ ([...items]);
  }

  #hide() {
    if (this.isOpen) this.#element.hidePopover();
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const item = event.target instanceof Element && event.target.closest("[role=menuitem]");
    if (!(item instanceof HTMLElement)) return;
    this.close(); // first, for what is chosen may take the focus on
    this.#onChoose(item);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const items = this.#items;
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = targetOf(event.key, at, items);
    if (to !== null) items[to]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") this.close();
    else return;
    event.preventDefault(); // Escape is for the menu, not for what lies below it
  }
}

/** @param {string} key @param {number} at @param {HTMLElement[]} items @returns {number | null} */
function targetOf(key, at, items) {
  const count = items.length;
  switch (key) {
    case "ArrowDown":
    case "ArrowRight":
      return (at + 1) % count;
    case "ArrowUp":
    case "ArrowLeft":
      return (at + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
  }
  if (!TYPED.test(key)) return null;
  const order = items.map((_, step) => (at + 1 + step) % count);
  const typed = key.toLocaleLowerCase();
  const starts = (/** @type {HTMLElement} */ item) =>
    item.textContent?.trim().toLocaleLowerCase().startsWith(typed);
  return order.find((index) => starts(items[index])) ?? at;
}
