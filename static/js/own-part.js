/**
 * How far one has read in a room, and how many of the unread messages mention one (docs/protocol.md, "Reading
 * and being mentioned").
 *
 * Three sources come together: what the server has told, as of a certain message; what is counted from the
 * messages after that one; and what was read here and is not confirmed yet, which is shown at once.
 */

/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @typedef {{ seq: number, isBack: boolean, from?: number }} Move `from`: how far was read before it went back */
/** @typedef {{ seq: number, kind: "own" | "mention" }} Mark */

export class OwnPart {
  #told = { readSeq: 0, mentions: 0, upTo: 0 };
  /** @type {Mark[]} the messages after `upTo` that change anything */
  #marks = [];
  /** @type {Move | null} */
  #move = null;

  /** @param {Pick<OwnRoom, "read_seq" | "mentions" | "last_seq">} own */
  constructor(own) {
    this.tell(own);
  }

  /** @param {Pick<OwnRoom, "read_seq" | "mentions" | "last_seq">} own it may be older than what was counted */
  tell({ read_seq, mentions, last_seq }) {
    this.#told = { readSeq: read_seq, mentions, upTo: last_seq };
    this.#marks = this.#marks.filter(({ seq }) => seq > last_seq);
  }

  /** A message that was not there before. @param {number} seq @param {Mark["kind"]} kind */
  count(seq, kind) {
    if (seq <= (this.#marks.at(-1)?.seq ?? this.#told.upTo)) return;
    this.#marks.push({ seq, kind });
  }

  /** What was read here, or unread again. @param {Move} move */
  move(move) {
    this.#move = move;
  }

  /** The server has it, and will tell the rest; or it will never have it. @param {Move} move @param {boolean} isStored */
  settle(move, isStored) {
    if (isStored) {
      const mentions = Math.min(this.#told.mentions, this.#atMost(move.seq));
      const readSeq = move.isBack ? move.seq : Math.max(this.#told.readSeq, move.seq);
      this.#told = { ...this.#told, readSeq, mentions };
    }
    if (this.#move === move) this.#move = null;
  }

  get readSeq() {
    const own = this.#marks.findLast(({ kind }) => kind === "own")?.seq ?? 0;
    const read = Math.max(this.#told.readSeq, own);
    if (this.#move === null) return read;
    return this.#move.isBack ? Math.max(this.#move.seq, own) : Math.max(this.#move.seq, read);
  }

  get mentions() {
    const { readSeq } = this;
    const counted = this.#marks.filter(({ seq, kind }) => kind === "mention" && seq > readSeq);
    return Math.min(this.#told.mentions, this.#atMost(readSeq)) + counted.length;
  }

  /** As many messages that one was told of are unread. @param {number} readSeq */
  #atMost(readSeq) {
    return Math.max(0, this.#told.upTo - readSeq);
  }
}
