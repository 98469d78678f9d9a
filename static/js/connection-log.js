/**
 * What became of the connection since this page was loaded, counted for whoever has to find out why it is as it
 * is. It holds states, codes, ids, numbers and times, and nothing that anybody wrote or is called; of each kind
 * only the last, or the last few.
 */

/** @import { State } from "chat/socket.js" */

/**
 * @typedef {{ cause: string, code: number | null, at: number }} Loss why a connection ended, and the close code
 * @typedef {{ room: number, from: number, to: number, at: number }} Gap the revs that were missing lie between
 */

const MOST_SAMPLES = 20;

export class ConnectionLog {
  #now;
  /** @type {number[]} */
  #trips = [];
  /** @type {number[]} */
  #leads = [];
  /** @type {number | null} */
  #code = null;
  #hasBeenLive = false;

  /** @type {State["name"]} */
  state = "idle";
  /** Since when it is in that state, in milliseconds since 1970. */
  since;
  /** How often it was tried since the last one that worked. */
  tries = 0;
  reconnects = 0;
  gaps = 0;
  /** @type {Loss | null} */
  lastLoss = null;
  /** @type {Gap | null} */
  lastGap = null;
  /** @type {boolean | null} null before the first connection */
  isCompressed = null;

  /** @param {() => number} now */
  constructor(now) {
    this.#now = now;
    this.since = now();
  }

  /** @param {State} state */
  entered(state) {
    if (this.state === "live") this.#lost(state);
    if (state.name === "connecting") this.tries += 1;
    if (state.name === "live") {
      if (this.#hasBeenLive) this.reconnects += 1;
      this.#hasBeenLive = true;
      this.tries = 0;
    }
    if (state.name !== this.state) this.since = this.#now();
    this.state = state.name;
  }

  /** A connection is open. @param {string} extensions that both ends agreed on */
  opened(extensions) {
    this.#code = null;
    this.isCompressed = extensions.includes("permessage-deflate");
  }

  /** @param {number} code the close code */
  ended(code) {
    this.#code = code;
  }

  /** A heartbeat was answered. @param {number} sentAt */
  answered(sentAt) {
    keep(this.#trips, Math.max(0, this.#now() - sentAt));
  }

  /** Something came live that the server had stored just before. @param {string} at the server's time of it */
  heard(at) {
    keep(this.#leads, Date.parse(at) - this.#now());
  }

  /** What was missing of a room has come. @param {number} room @param {number} from @param {number} to */
  repaired(room, from, to) {
    this.gaps += 1;
    this.lastGap = { room, from, to, at: this.#now() };
  }

  /** The round trips of the last heartbeats, in milliseconds. */
  get trips() {
    const sorted = this.#trips.toSorted((a, b) => a - b);
    if (sorted.length === 0) return null;
    const last = /** @type {number} */ (this.#trips.at(-1));
    return { last, median: sorted[Math.floor(sorted.length / 2)], count: sorted.length };
  }

  /**
   * By how many milliseconds the server's clock is ahead of this one; null where nothing was heard yet. What
   * was told is always a little old when it comes, so the least old of the last few is the nearest to the truth.
   */
  get serverAhead() {
    return this.#leads.length === 0 ? null : Math.max(...this.#leads);
  }

  /** @param {State} state that a working connection ended in */
  #lost(state) {
    if (state.name === "live") return;
    let cause = "lost";
    if (state.name === "waiting") cause = state.cause;
    if (state.name === "stopped") cause = state.reason;
    this.lastLoss = { cause, code: this.#code, at: this.#now() };
  }
}

/** @param {number[]} samples @param {number} sample */
function keep(samples, sample) {
  samples.push(sample);
  if (samples.length > MOST_SAMPLES) samples.shift();
}
