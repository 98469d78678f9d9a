/** @import { Clock } from "chat/socket.js" */

const TICK = 3_000;
const LATE = 3_000;

/**
 * Notices that the machine slept: timers stop, and the next one comes late. The timers of hidden pages are slowed
 * down to one a minute, which looks the same; so what is done then has to do no harm.
 */
export class Wake {
  #clock;
  #onWake;
  #timer = 0;

  /** @param {Clock} clock one that goes on while the machine sleeps @param {() => void} onWake */
  constructor(clock, onWake) {
    this.#clock = clock;
    this.#onWake = onWake;
  }

  start() {
    const due = this.#clock.now() + TICK;
    this.#timer = this.#clock.setTimeout(() => {
      this.start();
      if (this.#clock.now() - due > LATE) this.#onWake();
    }, TICK);
  }

  stop() {
    this.#clock.clearTimeout(this.#timer);
  }
}
