/**
 * The keyboard's way to the people in a timeline: one of the names is a stop of the Tab key, so that the composer
 * is not a hundred of them away, and the arrows lead to the others.
 */

const STEPS = new Map([["ArrowUp", -1], ["ArrowDown", 1]]);
const NAMES = "button.message__author";

export class AuthorStops {
  #rows;
  /** @type {HTMLElement | undefined} */
  #stop;
  #ending = new AbortController();

  /** @param {HTMLElement} rows */
  constructor(rows) {
    this.#rows = rows;
  }

  connect() {
    const { signal } = this.#ending;
    this.#rows.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.settle();
  }

  disconnect() {
    this.#ending.abort();
  }

  /** After the rows changed: the last is the stop, where none has the focus. */
  settle() {
    const focused = document.activeElement;
    const isHeld = focused instanceof HTMLElement && focused.matches(NAMES) &&
      this.#rows.contains(focused);
    this.#stopAt(isHeld ? focused : this.#last);
  }

  /** With every frame in which something came: so it does not look at all of them. @returns {HTMLElement | undefined} */
  get #last() {
    const names = /** @type {HTMLElement[]} */ ([...this.#rows.querySelectorAll(NAMES)]);
    return names.findLast(isUnfolded);
  }

  /** Those that are not folded away. @returns {HTMLElement[]} */
  get #names() {
    return [...this.#rows.querySelectorAll(NAMES)]
      .filter((name) => name instanceof HTMLElement)
      .filter(isUnfolded);
  }

  /** @param {HTMLElement | undefined} stop */
  #stopAt(stop) {
    if (stop === this.#stop) return;
    if (this.#stop) this.#stop.tabIndex = -1;
    this.#stop = stop;
    if (stop) stop.tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const step = STEPS.get(event.key);
    if (!step || !(event.target instanceof HTMLElement) || !event.target.matches(NAMES)) return;
    event.preventDefault();
    const names = this.#names;
    const next = names[names.indexOf(event.target) + step];
    if (!next) return;
    this.#stopAt(next);
    next.focus();
  }
}

/** @param {HTMLElement} name */
function isUnfolded(name) {
  return name.closest("details:not([open])") === null;
}
