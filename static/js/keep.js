/** What one browser remembers for one user: drafts, and how far each room was read. */

/** @typedef {Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem">} Shelf */

const RELOAD_PAUSE = 5 * 60 * 1_000;

export class Keep {
  #shelf;
  #prefix;

  /** @param {Shelf | null} shelf null where the browser forbids it @param {number} userId */
  constructor(shelf, userId) {
    this.#shelf = shelf;
    this.#prefix = `chat:${userId}:`;
  }

  /** @param {number} room */
  draft(room) {
    return this.#get(`draft:${room}`) ?? "";
  }

  /** @param {number} room @param {string} text */
  setDraft(room, text) {
    this.#set(`draft:${room}`, text.trim() === "" ? null : text);
  }

  /** @param {number} room */
  readSeq(room) {
    return Number(this.#get(`read:${room}`) ?? 0);
  }

  /** @param {number} room @param {number} seq */
  setReadSeq(room, seq) {
    this.#set(`read:${room}`, String(seq));
  }

  /** Whether this page was reloaded lately because it was too old; it is, from now on. */
  wasReloaded() {
    const last = Number(this.#get("reloaded") ?? 0);
    this.#set("reloaded", String(Date.now()));
    return Date.now() - last < RELOAD_PAUSE;
  }

  /** @param {string} name */
  #get(name) {
    try {
      return this.#shelf?.getItem(this.#prefix + name) ?? null;
    } catch {
      return null;
    }
  }

  /** @param {string} name @param {string | null} value */
  #set(name, value) {
    try {
      if (value === null) this.#shelf?.removeItem(this.#prefix + name);
      else this.#shelf?.setItem(this.#prefix + name, value);
    } catch {
      // Full or forbidden: this visit still has it.
    }
  }
}
