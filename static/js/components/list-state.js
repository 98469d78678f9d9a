/** A list in a dialog that is looked for while one types: what it shows while it loads, is empty or cannot be had. */

import { part, reconcile, setText } from "chat/components/markup.js";
import { onWords } from "chat/ime.js";
import { Latest } from "chat/latest.js";
import { codeOf } from "chat/refusals.js";
import { t } from "chat/strings.js";

/** @import { Page } from "chat/latest.js" */
/** @import { Clock } from "chat/socket.js" */

/**
 * @template Item
 * @typedef {object} How
 * @property {(words: string, last: Item | null) => Promise<Page<Item>>} ask
 * @property {(item: Item) => string} key
 * @property {(item: Item) => string} signature
 * @property {(item: Item) => HTMLElement} build
 * @property {(words: string) => string} none the text where there is nothing
 * @property {string} failed
 * @property {Clock} clock
 */

/** @template {object} Item */
export class ListState {
  #root;
  #how;
  #latest;
  #input;
  /** What became of one that was found, said until other words are looked for. */
  note = "";

  /** @param {HTMLElement} root @param {How<Item>} how */
  constructor(root, how) {
    this.#root = root;
    this.#how = how;
    this.#input = /** @type {HTMLInputElement} */ (part(root, "input[type=search]"));
    this.#latest = new Latest({ ask: how.ask, onChange: () => this.draw(), clock: how.clock });
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    const latest = this.#latest;
    signal.addEventListener("abort", () => latest.end());
    onWords(this.#input, () => {
      this.note = "";
      latest.look(this.#input.value);
    }, signal);
    part(this.#root, ".dialog__more").addEventListener("click", () => latest.continue(), {
      signal,
    });
    part(this.#root, ".dialog__again").addEventListener("click", () => latest.start(), { signal });
    latest.start();
  }

  get items() {
    return this.#latest.items;
  }

  draw() {
    const { state, items, more } = this.#latest;
    this.#root.dataset.state = state;
    reconcile(part(this.#root, ".dialog__list"), items, this.#how);
    part(this.#root, ".dialog__more").hidden = !more || state === "trouble";
    setText(part(this.#root, ".dialog__status"), this.#text);
  }

  get #text() {
    const { state, items, words, error } = this.#latest;
    if (state === "trouble") {
      return t(codeOf(error) === "disconnected" ? "offline" : this.#how.failed);
    }
    if (items.length > 0) return this.note;
    return state === "loading" ? t("loading") : this.#how.none(words);
  }
}
