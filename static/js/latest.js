/**
 * A list that is looked for while somebody types. It is asked for a moment after the last key; of several answers
 * on their way only that to the last question counts. It knows no DOM.
 */

/** @import { Clock } from "chat/socket.js" */

const PAUSE = 200;

/**
 * @template Item
 * @typedef {{ items: Item[], more: boolean }} Page
 */

/** @template Item */
export class Latest {
  #ask;
  #onChange;
  #clock;
  #words = "";
  /** Those that what is there was asked for. */
  #asked = "";
  #question = 0;
  #timer = 0;
  /** @type {"loading" | "found" | "trouble"} */
  state = "loading";
  /** @type {unknown} why there is trouble */
  error = null;
  /** @type {Item[]} */
  items = [];
  more = false;

  /**
   * @param {object} how
   * @param {(words: string, last: Item | null) => Promise<Page<Item>>} how.ask for what comes after the last item
   * @param {() => void} how.onChange
   * @param {Clock} how.clock
   */
  constructor({ ask, onChange, clock }) {
    this.#ask = ask;
    this.#onChange = onChange;
    this.#clock = clock;
  }

  get words() {
    return this.#words;
  }

  /** @param {string} words */
  look(words) {
    const wanted = words.trim();
    if (wanted === this.#words) return;
    this.#words = wanted;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.start(), PAUSE);
  }

  /** Asks now, from the start. */
  start() {
    return this.#load(null);
  }

  /** Asks for what comes after what is there, unless something else is about to take its place. */
  continue() {
    if (this.state === "loading" || this.#asked !== this.#words) return;
    return this.#load(this.items.at(-1) ?? null);
  }

  /** No answer counts any more. */
  end() {
    this.#question += 1;
    this.#clock.clearTimeout(this.#timer);
  }

  /** @param {Item | null} last */
  async #load(last) {
    this.#clock.clearTimeout(this.#timer);
    const question = ++this.#question;
    this.#asked = this.#words;
    this.#set("loading");
    try {
      const page = await this.#ask(this.#words, last);
      if (question !== this.#question) return;
      this.items = last === null ? page.items : [...this.items, ...page.items];
      this.more = page.more;
      this.#set("found");
    } catch (error) {
      if (question !== this.#question) return;
      this.error = error;
      this.#set("trouble");
    }
  }

  /** @param {"loading" | "found" | "trouble"} state */
  #set(state) {
    this.state = state;
    this.#onChange();
  }
}
