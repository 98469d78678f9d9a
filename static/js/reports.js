/** @import { OwnRoom, Reported } from "chat/wire.d.ts" */

const PAGE = 20;
const MOST_ASKED = 50;

/**
 * What waits in a room for one's decision, for as long as somebody looks at it. Which messages, one's own part in the
 * room tells as it changes; what was said about them is asked for, and anew when somebody else complains.
 */
export class Reports {
  /** @type {[seq: number, count: number][]} */
  #waiting = [];
  /** @type {Map<number, Reported>} */
  #known = new Map();
  #most = PAGE;

  /** @param {OwnRoom["reports"]} told @returns {boolean} whether it is other than before */
  follow(told = []) {
    const isSame = JSON.stringify(told) === JSON.stringify(this.#waiting);
    this.#waiting = told;
    const seqs = new Set(told.map(([seq]) => seq));
    for (const seq of this.#known.keys()) if (!seqs.has(seq)) this.#known.delete(seq);
    return !isSame;
  }

  get isEmpty() {
    return this.#waiting.length === 0;
  }

  /** Whether more wait than are shown. */
  get more() {
    return this.#waiting.length > this.#most;
  }

  showMore() {
    this.#most += PAGE;
  }

  /** What is known of those that are shown, the first reported first. @returns {Reported[]} */
  get list() {
    return this.#shown.flatMap(([seq]) => this.#known.get(seq) ?? []);
  }

  /** Of which not all is known that was said, as many as can be asked for at once. @returns {number[]} */
  get wanted() {
    const isKnown = (/** @type {number} */ seq, /** @type {number} */ count) =>
      this.#known.get(seq)?.count === count;
    const wanted = this.#shown.flatMap(([seq, count]) => isKnown(seq, count) ? [] : seq);
    return wanted.slice(0, MOST_ASKED);
  }

  /** It was decided: what waits about it from now on was said by others. @param {number} seq */
  forget(seq) {
    this.#known.delete(seq);
  }

  /** @param {Reported[]} reported */
  load(reported) {
    for (const one of reported) this.#known.set(one.message.seq, one);
  }

  get #shown() {
    return this.#waiting.slice(0, this.#most);
  }
}
