import { EmojiNames } from "chat/emoji.js";

/** The names of emoji, fetched when first they are wanted: most pages never are in need of them. */
export class EmojiSource {
  #address;
  /** @type {Promise<EmojiNames> | null} */
  #loading = null;
  /** @type {EmojiNames | null} what is there already */
  names = null;

  /** @param {string} address */
  constructor(address) {
    this.#address = address;
  }

  /** @returns {Promise<EmojiNames>} */
  load() {
    this.#loading ??= this.#fetch().catch((error) => {
      this.#loading = null; // the next one who asks tries again
      throw error;
    });
    return this.#loading;
  }

  async #fetch() {
    const answer = await fetch(this.#address);
    if (!answer.ok) throw new Error(String(answer.status));
    this.names = new EmojiNames(await answer.json());
    return this.names;
  }
}
