/** A word about what just happened or did not, for a moment, above the composer. */

import { refusal } from "chat/refusals.js";

const SHOWN = 6_000;

export class Notice {
  #element;
  #timer = 0;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.#element = element;
  }

  /** @param {string} text @param {{ isTrouble?: boolean }} [kind] */
  say(text, { isTrouble = false } = {}) {
    clearTimeout(this.#timer);
    this.#element.textContent = text;
    this.#element.classList.toggle("is-trouble", isTrouble);
    this.#element.classList.add("is-shown");
    this.#timer = window.setTimeout(() => this.#element.classList.remove("is-shown"), SHOWN);
  }

  /** The same where it was asked for, unless that was closed before the answer came. @param {HTMLElement} place @param {string} text */
  sayAt(place, text) {
    if (place.isConnected) place.textContent = text;
    else this.say(text, { isTrouble: true });
  }

  /** Why something was not done. @param {unknown} error */
  sayRefusal(error) {
    this.say(refusal(error), { isTrouble: true });
  }
}
