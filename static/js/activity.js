/** Whether somebody is at this page: away after five minutes without a key, a click or a scroll. It knows no DOM. */

/** @import { Clock } from "chat/socket.js" */

export const AWAY_AFTER = 5 * 60_000;
const LOOK = 15_000;

export class Activity {
  #onChange;
  #clock;
  #actedAt;
  #timer = 0;
  isAway = false;

  /** @param {Clock} clock @param {(isAway: boolean) => void} onChange */
  constructor(clock, onChange) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#actedAt = clock.now();
  }

  start() {
    this.#timer = this.#clock.setTimeout(() => {
      this.start();
      if (!this.isAway && this.#clock.now() - this.#actedAt >= AWAY_AFTER) this.#set(true);
    }, LOOK);
  }

  stop() {
    this.#clock.clearTimeout(this.#timer);
  }

  /** Something was done on the page. */
  acted() {
    this.#actedAt = this.#clock.now();
    if (this.isAway) this.#set(false);
  }

  /** @param {boolean} isAway */
  #set(isAway) {
    this.isAway = isAway;
    this.#onChange(isAway);
  }
}
