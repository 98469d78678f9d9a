/** Who is writing, and saying that one is. Valid for six seconds, or until the message or the edit comes. It knows no DOM. */

/** @import { Clock } from "chat/socket.js" */

const VALID = 6_000;
const PAUSE = 3_000;

export class Typing {
  #say;
  #onChange;
  #clock;
  #saidAt = -Infinity;
  #saidIn = 0;
  /** @type {Map<number, Map<number, number>>} by room and user, the timer that ends it */
  #timers = new Map();

  /**
   * @param {object} parts
   * @param {(room: number) => void} parts.say
   * @param {() => void} parts.onChange
   * @param {Clock} parts.clock
   */
  constructor({ say, onChange, clock }) {
    this.#say = say;
    this.#onChange = onChange;
    this.#clock = clock;
  }

  /** Those who write in a room, in the order in which they began. @param {number} room */
  in(room) {
    return [...this.#timers.get(room)?.keys() ?? []];
  }

  /** @param {number} room @param {number} user */
  begins(room, user) {
    const timers = this.#timers.get(room) ?? new Map();
    this.#timers.set(room, timers);
    const before = timers.get(user);
    if (before !== undefined) this.#clock.clearTimeout(before);
    timers.set(user, this.#clock.setTimeout(() => this.ends(room, user), VALID));
    if (before === undefined) this.#onChange();
  }

  /** @param {number} room @param {number} user */
  ends(room, user) {
    const timers = this.#timers.get(room);
    const timer = timers?.get(user);
    if (!timers || timer === undefined) return;
    this.#clock.clearTimeout(timer);
    timers.delete(user);
    if (timers.size === 0) this.#timers.delete(room);
    this.#onChange();
  }

  /** One has written something; the others are told now and then. @param {number} room */
  wrote(room) {
    const now = this.#clock.now();
    if (room === this.#saidIn && now - this.#saidAt < PAUSE) return;
    this.#saidIn = room;
    this.#saidAt = now;
    this.#say(room);
  }

  /** One has sent or saved it, or thought better of it. */
  stopped() {
    this.#saidAt = -Infinity;
  }
}
