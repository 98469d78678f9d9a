/** @import { ServerEvent } from "chat/wire.d.ts" */

/**
 * How far each room has been applied. A room's rev advances by the next change or by a `sync` from a rev not
 * above it, and by nothing else; a change that comes too early is put aside until a `sync`, which is then
 * wanted, has filled the gap.
 */
export class Revs {
  /** @type {Map<number, number>} */
  #held = new Map();
  /** @type {Map<number, Map<number, ServerEvent>>} */
  #early = new Map();
  /** @type {Set<number>} */
  #wanted = new Set();

  /** @param {number} room */
  of(room) {
    return this.#held.get(room) ?? 0;
  }

  /** Starts a room from a snapshot. @param {number} room @param {number} rev */
  set(room, rev) {
    this.#held.set(room, rev);
    this.#early.delete(room);
    this.#wanted.delete(room);
  }

  /**
   * Whether a change of this rev may be applied now.
   * @param {number} room
   * @param {number} rev
   * @param {ServerEvent} event
   */
  advance(room, rev, event) {
    const held = this.of(room);
    if (rev > held + 1) {
      const early = this.#early.get(room) ?? new Map();
      this.#early.set(room, early.set(rev, event));
      this.#wanted.add(room);
      return false;
    }
    if (rev === held + 1) this.#held.set(room, rev);
    return true;
  }

  /**
   * Whether a `sync` may be applied: not if it, too, begins after a gap.
   * @param {number} room
   * @param {{ since: number, rev: number, more: boolean }} sync
   */
  catchUp(room, { since, rev, more }) {
    if (since > this.of(room)) {
      this.#wanted.add(room);
      return false;
    }
    if (rev > this.of(room)) this.#held.set(room, rev);
    if (more) this.#wanted.add(room);
    return true;
  }

  /** What was put aside, in order: to be tried again after a `sync`. @param {number} room */
  takeEarly(room) {
    const early = this.#early.get(room) ?? new Map();
    this.#early.delete(room);
    return [...early.keys()].sort((a, b) => a - b).map((rev) => early.get(rev));
  }

  /** The rooms that need a `sync`, and the rev each needs it from. @returns {[number, number][]} */
  takeWanted() {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    return wanted.map((room) => [room, this.of(room)]);
  }

  /** @param {number} room */
  forget(room) {
    this.#held.delete(room);
    this.#early.delete(room);
    this.#wanted.delete(room);
  }
}
