/** When one may write again: in rooms with slow mode, by this machine's clock; where one is muted, by the server's. */

/** @import { OwnRoom } from "chat/wire.d.ts" */

export class Pace {
  #now;
  #ahead;
  /** @type {Map<number, number>} when one wrote last, in milliseconds since 1970 */
  #posted = new Map();
  /** @type {Map<number, number>} until when the server wants nothing more */
  #refused = new Map();

  /** @param {() => number} now @param {() => number} [ahead] by how many milliseconds the server's clock is */
  constructor(now, ahead = () => 0) {
    this.#now = now;
    this.#ahead = ahead;
  }

  /** Notes what becomes of a message on its way. @template Sent @param {number} room @param {Promise<Sent>} sending */
  async follow(room, sending) {
    try {
      const sent = await sending;
      this.posted(room, this.#now());
      return sent;
    } catch (error) {
      const wait = /** @type {{ retryAfter?: number }} */ (error).retryAfter;
      if (wait !== undefined) this.#refused.set(room, this.#now() + wait);
      throw error;
    }
  }

  /** @param {number} room @param {number} at */
  posted(room, at) {
    this.#posted.set(room, Math.max(at, this.#posted.get(room) ?? 0));
  }

  /** How many milliseconds are left; 0 where one may write. @param {OwnRoom} room */
  left({ id, slow_mode }) {
    if (slow_mode === 0) return 0;
    const full = slow_mode * 1_000;
    const since = (this.#posted.get(id) ?? -Infinity) + full;
    const until = Math.max(since, this.#refused.get(id) ?? 0);
    // Never longer than the whole of it: the clock may have been set meanwhile.
    return Math.max(0, Math.min(full, until - this.#now()));
  }

  /** Whether one may write, react, edit and pin there; how soon again, slow mode says. @param {OwnRoom} room */
  mayPost(room) {
    return room.archived_at === null && this.muted(room) === 0;
  }

  /** How many milliseconds one is muted there; Infinity for good, 0 where one may write. @param {Pick<OwnRoom, "mute">} room */
  muted({ mute }) {
    if (mute === undefined) return 0;
    if (mute.until === null) return Infinity;
    return Math.max(0, Date.parse(mute.until) - this.#now() - this.#ahead());
  }
}

/** "0:05", "1:30:00". @param {number} ms */
export function countdown(ms) {
  const seconds = Math.ceil(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
