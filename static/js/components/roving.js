/**
 * The keyboard's way through the messages: one of them is a stop of the Tab key, the arrows lead to the others,
 * and what can be done with one follows it. Enter opens its menu.
 */

const STEPS = new Map([["ArrowUp", -1], ["ArrowDown", 1]]);

export class Roving {
  #rows;
  #onMenu;
  /** @type {HTMLElement | null} */
  #stop = null;
  #ending = new AbortController();

  /** @param {HTMLElement} rows @param {(message: HTMLElement) => void} onMenu */
  constructor(rows, onMenu) {
    this.#rows = rows;
    this.#onMenu = onMenu;
  }

  connect() {
    const { signal } = this.#ending;
    this.#rows.addEventListener("focusin", ({ target }) => this.#focused(target), { signal });
    this.#rows.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** After the rows changed: the last is the stop, where nobody has chosen another. */
  settle() {
    if (this.#stop?.isConnected && this.#stop.contains(document.activeElement)) return;
    const last = this.#all.findLast(isUnfolded);
    if (last) this.#moveStop(last);
  }

  /** Those that are not folded away. @returns {HTMLElement[]} */
  get #messages() {
    return this.#all.filter(isUnfolded);
  }

  /** @returns {HTMLElement[]} */
  get #all() {
    return [...this.#rows.querySelectorAll(".message[data-seq]")]
      .filter((message) => message instanceof HTMLElement);
  }

  /** @param {EventTarget | null} target */
  #focused(target) {
    const message = target instanceof Element && target.closest(".message[data-seq]");
    if (message instanceof HTMLElement) this.#moveStop(message);
  }

  /** @param {HTMLElement} message */
  #moveStop(message) {
    if (this.#stop === message) return;
    if (this.#stop) this.#stop.tabIndex = -1;
    this.#stop = message;
    message.tabIndex = 0;
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const message = event.target;
    if (!(message instanceof HTMLElement) || !message.matches(".message[data-seq]")) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = STEPS.get(event.key);
    if (step) {
      const messages = this.#messages;
      messages[messages.indexOf(message) + step]?.focus();
    } else if (event.key === "Enter") this.#onMenu(message);
    else return;
    event.preventDefault();
  }
}

/** @param {HTMLElement} message */
function isUnfolded(message) {
  return message.closest("details:not([open])") === null;
}
