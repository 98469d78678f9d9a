/** @import { ServerEvent } from "chat/wire.d.ts" */

const MAX_EARLY = 500;

/**
 * How far each room has been applied. A room's rev advances by the next change or by a `sync` from a rev not
 * above it, and by nothing else; a change that comes too early is put aside until a `sync`, which is then
 * wanted, has filled the gap. Of a room at most MAX_EARLY are put aside; of the others only the highest rev is
 * remembered, and syncs are wanted until it is reached.
 */
export class Revs {
  /** @type {Map<number, number>} */
  #held = new Map();
  /** @type {Map<number, Map<number, ServerEvent>>} */
  #early = new Map();
  /** @type {Map<number, number>} room -> the highest rev of what was not put aside */
  #dropped = new Map();
  /** @type {Set<number>} */
  #wanted = new Set();

  /** @param {number} room */
  of(room) {
    return this.#held.get(room) ?? 0;
  }

  /** Starts a room from a snapshot. What was early is kept: it may be later. @param {number} room @param {number} rev */
  set(room, rev) {
    this.#held.set(room, rev);
    this.#wanted.delete(room);
    if ((this.#dropped.get(room) ?? 0) > rev) this.#wanted.add(room);
  }

  /** Asks for a `sync` although no gap is known. @param {number} room */
  want(room) {
    this.#wanted.add(room);
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
      this.#putAside(room, rev, event);
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
    const held = this.of(room);
    if (since > held) {
      this.#wanted.add(room);
      return false;
    }
    if (rev <= held) return true;
    this.#held.set(room, rev);
    this.#wanted.delete(room); // if there is still a gap, what comes early says so
    if (more || (this.#dropped.get(room) ?? 0) > rev) this.#wanted.add(room);
    return true;
  }

  /** What was put aside, in order: to be tried again after a `sync` or a snapshot. @param {number} room */
  takeEarly(room) {
    const early = this.#early.get(room) ?? new Map();
    this.#early.delete(room);
    return [...early.keys()].sort((a, b) => a - b).map((rev) => early.get(rev));
  }

  /** The rooms that need a `sync`, and the rev each needs it from. @param {ReadonlySet<number>} busy they wait @returns {[number, number][]} */
  takeWanted(busy) {
    const wanted = [...this.#wanted].filter((room) => !busy.has(room));
    for (const room of wanted) this.#wanted.delete(room);
    return wanted.map((room) => [room, this.of(room)]);
  }

  /** @param {number} room */
  forget(room) {
    this.#held.delete(room);
    this.#early.delete(room);
    this.#dropped.delete(room);
    this.#wanted.delete(room);
  }

  /** @param {number} room @param {number} rev @param {ServerEvent} event */
  #putAside(room, rev, event) {
    const early = this.#early.get(room) ?? new Map();
    this.#early.set(room, early);
    if (early.size < MAX_EARLY) early.set(rev, event);
    else this.#dropped.set(room, Math.max(rev, this.#dropped.get(room) ?? 0));
  }
}
