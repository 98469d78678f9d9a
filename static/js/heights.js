/** How high lines are: as they were when they last stood in the page, and else as high as lines mostly are. */

const FIRST_GUESS = 44;
const MOST = 2_000;

export class Heights {
  /** @type {Map<string, number>} */
  #known = new Map();
  #sum = 0;

  /** @param {string} key @param {number} height in pixels */
  set(key, height) {
    this.#sum += height - (this.#known.get(key) ?? 0);
    this.#known.set(key, height);
  }

  /** The top of each line, and the end of the last. @param {readonly { key: string }[]} lines @returns {number[]} */
  topsOf(lines) {
    if (this.#known.size > MOST) this.#forget(new Set(lines.map(({ key }) => key)));
    const guess = this.#known.size > 0 ? this.#sum / this.#known.size : FIRST_GUESS;
    const tops = [0];
    for (const { key } of lines) {
      tops.push(tops[tops.length - 1] + (this.#known.get(key) ?? guess));
    }
    return tops;
  }

  /** @param {ReadonlySet<string>} wanted all others go */
  #forget(wanted) {
    for (const [key, height] of this.#known) {
      if (wanted.has(key)) continue;
      this.#sum -= height;
      this.#known.delete(key);
    }
  }
}
