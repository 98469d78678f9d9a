/**
 * What those who listen to a timeline have heard of it. A line is told when it comes, and never again: not when it
 * is drawn anew, nor when it is scrolled out of the page and back, nor when an older stretch is loaded.
 */

/** @import { Row } from "chat/rows.js" */

export class Heard {
  /** All up to here was there, or was told. Until a room has been drawn nothing in it is news. */
  #seq = Infinity;
  /** @type {ReadonlySet<string>} lines of one's own that are not stored yet */
  #own = new Set();

  /** Another room is drawn next. */
  enter() {
    this.#seq = Infinity;
    this.#own = new Set();
  }

  /** @param {{ kind: string, key: string }} line */
  isNews(line) {
    const row = /** @type {Row} */ (line);
    if (row.kind !== "message" && row.kind !== "system") return false;
    if (this.#seq === Infinity || this.#own.has(row.key)) return false;
    return row.message.seq > this.#seq;
  }

  /** They were drawn. @param {readonly { kind: string, key: string }[]} lines @param {number} lastSeq the room's newest */
  drew(lines, lastSeq) {
    const own = lines.filter((line) => {
      const row = /** @type {Row} */ (line);
      return row.kind === "message" && row.entry !== null;
    });
    this.#own = new Set(own.map(({ key }) => key));
    this.#seq = lastSeq;
  }
}
