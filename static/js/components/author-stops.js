/**
 * The keyboard's way to the people in a timeline: one of the names is a stop of the Tab key, so that the composer
 * is not a hundred of them away, and the arrows lead to the others.
 */

const STEPS = new Map([["ArrowUp", -1], ["ArrowDown", 1]]);
const NAMES = "button.message__author";

export class AuthorStops {
  #rows;
  #ending = new AbortController();

  /** @param {HTMLElement} rows */
  constructor(rows) {
    this.#rows = rows;
  }

  connect() {
    const { signal } = this.#ending;
    this.#rows.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** After the rows changed: the last is the stop, where none has the focus. */
  settle() {
    const names = this.#names;
    this.#stopAt(names.find((name) => name === document.activeElement) ?? names.at(-1));
  }

  /** Those that are not folded away. @returns {HTMLElement[]} */
  get #names() {
    return [...this.#rows.querySelectorAll(NAMES)]
      .filter((name) => name instanceof HTMLElement)
      .filter((name) => name.closest("details:not([open])") === null);
  }

  /** @param {HTMLElement | undefined} stop */
  #stopAt(stop) {
    for (const name of this.#rows.querySelectorAll(`${NAMES}[tabindex="0"]`)) {
      if (name instanceof HTMLElement) name.tabIndex = -1;
    }
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
