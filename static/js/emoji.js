/** The emoji that have names (static/data/emoji.json): found by code or Chinese name, and by `:code:` in a text. */

import { codeRanges } from "chat/code-ranges.js";

/** @typedef {{ char: string, codes: string[], zh: string }} Emoji */

const CODE = /:([\p{L}\p{N}_+-]{1,60}):/gu;
const MISS = 9;

export class EmojiNames {
  /** @type {Emoji[]} */
  all;
  /** @type {Map<string, string>} */
  #byCode = new Map();
  #isChinese;

  /** @param {[string, string, string][]} rows @param {string} language of the page */
  constructor(rows, language) {
    this.#isChinese = language.startsWith("zh");
    this.all = rows.map(([char, codes, zh]) => ({ char, codes: codes.split(" "), zh }));
    for (const { char, codes } of this.all) {
      for (const code of codes) if (!this.#byCode.has(code)) this.#byCode.set(code, char);
    }
  }

  /** The best first. @param {string} query @param {number} limit @returns {Emoji[]} */
  search(query, limit) {
    const wanted = query.trim().toLowerCase().replaceAll(/[\s:]+/g, "_");
    return this.all
      .map((emoji) => ({ emoji, rank: rankOf(emoji, wanted) }))
      .filter(({ rank }) => rank < MISS)
      .sort((a, b) => a.rank - b.rank) // stable: within a rank the list's order holds
      .slice(0, limit)
      .map(({ emoji }) => emoji);
  }

  /** A text with its `:codes:` replaced, but for what stands in code and what is no code. @param {string} text */
  replaceCodes(text) {
    if (!text.includes(":")) return text;
    const ranges = codeRanges(text);
    return text.replace(CODE, (whole, code, at) => {
      const isCode = ranges.some(([start, end]) => at >= start && at < end);
      return (isCode ? undefined : this.#byCode.get(code.toLowerCase())) ?? whole;
    });
  }

  /** What a reader is told of an emoji, in their language. @param {string} char */
  nameOf(char) {
    const emoji = this.all.find((emoji) => emoji.char === char);
    return emoji ? this.spoken(emoji) : "";
  }

  /** @param {Emoji} emoji */
  spoken({ codes, zh }) {
    return this.#isChinese && zh !== "" ? zh : codes[0].replaceAll("_", " ");
  }
}

/** @param {Emoji} emoji @param {string} wanted */
function rankOf({ codes, zh }, wanted) {
  const ranks = codes.map((code, at) => {
    if (code === wanted) return at === 0 ? 0 : 0.5;
    if (code.startsWith(wanted)) return at === 0 ? 1 : 2;
    if (code.includes(`_${wanted}`)) return 3;
    return code.includes(wanted) && wanted.length > 2 ? 5 : MISS;
  });
  return Math.min(...ranks, zh.includes(wanted) ? (zh.startsWith(wanted) ? 1 : 4) : MISS);
}
