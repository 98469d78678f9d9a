/** @import { EmojiNames } from "chat/emoji.js" */

/** The names of emoji, fetched when first they are wanted: most pages never are in need of them. */
export class EmojiSource {
  #address;
  #language;
  /** @type {Promise<EmojiNames> | null} */
  #loading = null;
  /** @type {EmojiNames | null} what is there already */
  names = null;

  /** @param {string} address @param {string} language of the page */
  constructor(address, language) {
    this.#address = address;
    this.#language = language;
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
    const [{ EmojiNames }, answer] = await Promise.all([
      import("chat/emoji.js"),
      fetch(this.#address),
    ]);
    if (!answer.ok) throw new Error(String(answer.status));
    this.names = new EmojiNames(await answer.json(), this.#language);
    return this.names;
  }
}
