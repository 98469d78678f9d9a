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

  /**
   * The best first: of those that are called so alike, those that are used often, then those of which the least is
   * still to be typed.
   * @param {string} query
   * @param {number} limit
   * @param {string[]} [often] the likeliest first
   * @returns {Emoji[]}
   */
  search(query, limit, often = []) {
    const wanted = query.trim().toLowerCase().replaceAll(/[\s:]+/g, "_");
    const useOf = new Map(often.map((char, at) => [char, at - often.length]));
    return this.all
      .map((emoji) => ({ emoji, use: useOf.get(emoji.char) ?? 0, ...fitOf(emoji, wanted) }))
      .filter(({ rank }) => rank < MISS)
      // Stable: where all is the same the list's order holds.
      .sort((a, b) => a.rank - b.rank || a.use - b.use || a.length - b.length)
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

/** By which of its names it is found best, and how long that is. @param {Emoji} emoji @param {string} wanted */
function fitOf({ codes, zh }, wanted) {
  let best = { rank: rankOfChinese(zh, wanted), length: zh.length };
  for (const [at, code] of codes.entries()) {
    const fit = { rank: rankOf(code, at === 0, wanted), length: code.length };
    if (fit.rank < best.rank || (fit.rank === best.rank && fit.length < best.length)) best = fit;
  }
  return best;
}

/** @param {string} code @param {boolean} isFirst of its emoji @param {string} wanted */
function rankOf(code, isFirst, wanted) {
  if (code === wanted) return isFirst ? 0 : 0.5;
  if (code.startsWith(wanted)) return isFirst ? 1 : 2;
  if (code.includes(`_${wanted}`)) return 3;
  return code.includes(wanted) && wanted.length > 2 ? 5 : MISS;
}

/** @param {string} name @param {string} wanted */
function rankOfChinese(name, wanted) {
  if (name.startsWith(wanted)) return 1;
  return name.includes(wanted) ? 4 : MISS;
}
