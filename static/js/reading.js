/**
 * Tells the server how far one has read. It knows no DOM: what is seen, the timeline says.
 *
 * Of each room the last word counts. One is on its way at a time, and is answered when the server has written it,
 * within about a second: so a room that is read line by line costs a command a second. What has no answer when
 * the connection ends is said again on the next, by the next page if need be.
 */

import { CommandError } from "chat/commands.js";

/** @import { Keep } from "chat/keep.js" */
/** @import { Move } from "chat/own-part.js" */
/** @import { Store } from "chat/store.js" */

const AT_ONCE = 4;
const MOST_ROOMS = 1_000;
const RETRY_PAUSE = 1_000;
const PASSING = new Set(["rate_limited", "unavailable", "timeout", "internal"]);

export class Reading {
  #store;
  #command;
  #sleep;
  #keep;
  #isConnected = false;
  /** @type {Map<number, Move>} */
  #waiting = new Map();
  /** @type {Set<number>} rooms with a command on its way */
  #flying = new Set();

  /**
   * @param {object} parts
   * @param {Store} parts.store
   * @param {(type: string, fields: Record<string, unknown>) => Promise<unknown>} parts.command
   * @param {(ms: number) => Promise<void>} parts.sleep
   * @param {Pick<Keep, "reads" | "noteRead" | "forgetRead">} parts.keep
   */
  constructor({ store, command, sleep, keep }) {
    this.#store = store;
    this.#command = command;
    this.#sleep = sleep;
    this.#keep = keep;
  }

  /** Takes up what an earlier page could tell nobody. */
  start() {
    for (const [room, move] of this.#keep.reads()) {
      this.#keep.forgetRead(room);
      this.#takeUp(room, move);
    }
  }

  /** @param {boolean} isConnected */
  setConnected(isConnected) {
    this.#isConnected = isConnected;
    if (!isConnected) {
      for (const [room, move] of this.#waiting) this.#keep.noteRead(room, move);
    }
    this.#send();
  }

  /** A message was seen, and with it all before it. @param {number} room @param {number} seq */
  saw(room, seq) {
    const own = this.#store.rooms.get(room);
    if (!own || seq <= own.read_seq) return;
    // From what was marked unread, and is not told yet, one goes on: told as read alone it would change nothing.
    const { from = 0 } = this.#backIn(room) ?? {};
    this.#say(room, seq < from ? { seq, isBack: true, from } : { seq, isBack: false });
  }

  /** This message and all after it are to be read again. @param {number} room @param {number} seq */
  unread(room, seq) {
    const own = this.#store.rooms.get(room);
    if (!own) return;
    const from = this.#backIn(room)?.from ?? own.read_seq;
    this.#say(room, { seq: seq - 1, isBack: true, from });
  }

  /** From where on a room was marked unread without anybody having been told; null where it was not. @param {number} room */
  markedFrom(room) {
    const back = this.#backIn(room);
    return back && back.seq + 1;
  }

  /** Everything in all rooms counts as read. */
  async readAll() {
    const unread = [...this.#store.rooms.values()].filter((room) => room.last_seq > room.read_seq);
    for (let at = 0; at < unread.length; at += MOST_ROOMS) {
      const rooms = unread.slice(at, at + MOST_ROOMS);
      const seqs = Object.fromEntries(rooms.map(({ id, last_seq }) => [id, last_seq]));
      const before = new Map(this.#waiting);
      await this.#command("read.all", { rooms: seqs });
      for (const { id } of rooms) this.#overtake(id, before.get(id));
    }
  }

  /** What was marked unread stays so where one has not read on since, elsewhere. @param {number} room @param {Move} move */
  #takeUp(room, move) {
    const own = this.#store.rooms.get(room);
    if (!move.isBack) this.saw(room, move.seq);
    else if (own && own.read_seq <= (move.from ?? 0)) this.#say(room, move);
  }

  /** What was said before all was read is not said again after it. @param {number} room @param {Move | undefined} move */
  #overtake(room, move) {
    if (move && this.#waiting.get(room) === move) this.#settle(room, move, false);
  }

  /** @param {number} room @param {Move} move */
  #say(room, move) {
    this.#waiting.set(room, move);
    if (!this.#isConnected) this.#keep.noteRead(room, move);
    else if (move.isBack) this.#keep.forgetRead(room); // what was noted before is no longer true
    this.#store.move(room, move);
    this.#send();
  }

  /** @param {number} room */
  #backIn(room) {
    const move = this.#waiting.get(room);
    return move?.isBack ? move : null;
  }

  #send() {
    if (!this.#isConnected) return;
    for (const [room, move] of this.#waiting) {
      if (this.#flying.size >= AT_ONCE) return;
      if (!this.#flying.has(room)) this.#sendOne(room, move);
    }
  }

  /** @param {number} room @param {Move} move */
  async #sendOne(room, move) {
    this.#flying.add(room);
    const { seq, isBack } = move;
    try {
      await this.#command("read", isBack ? { room, seq, back: true } : { room, seq });
      this.#settle(room, move, true);
    } catch (error) {
      await this.#failed(room, move, error);
    } finally {
      this.#flying.delete(room);
      this.#send();
    }
  }

  /** @param {number} room @param {Move} move @param {unknown} error */
  async #failed(room, move, error) {
    const code = error instanceof CommandError ? error.code : "";
    if (PASSING.has(code)) await this.#sleep(RETRY_PAUSE);
    else if (code !== "disconnected") this.#settle(room, move, false);
  }

  /** @param {number} room @param {Move} move @param {boolean} isStored */
  #settle(room, move, isStored) {
    if (this.#waiting.get(room) === move) this.#waiting.delete(room);
    this.#keep.forgetRead(room, move);
    this.#store.settle(room, move, isStored);
  }
}
