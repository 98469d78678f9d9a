/** Fills the gaps that the store finds in what it was told, one at a time of each room. It knows no DOM. */

import { RETRY_PAUSE, UNKNOWN } from "chat/asking.js";
import { CommandError } from "chat/commands.js";

/** @import { Asking } from "chat/asking.js" */
/** @import { ConnectionLog } from "chat/connection-log.js" */
/** @import { Store } from "chat/store.js" */
/** @import { ServerEvent } from "chat/wire.d.ts" */

export class Gaps {
  #store;
  #asking;
  #isLive;
  #sleep;
  #log;
  #onSync;
  /** @type {Set<number>} rooms with a sync on its way */
  #filling = new Set();

  /**
   * @param {object} parts
   * @param {Store} parts.store
   * @param {Asking} parts.asking
   * @param {() => boolean} parts.isLive
   * @param {(ms: number) => Promise<void>} parts.sleep
   * @param {ConnectionLog} parts.log
   * @param {(sync: ServerEvent) => void} parts.onSync what was missing has come
   */
  constructor({ store, asking, isLive, sleep, log, onSync }) {
    this.#store = store;
    this.#asking = asking;
    this.#isLive = isLive;
    this.#sleep = sleep;
    this.#log = log;
    this.#onSync = onSync;
  }

  /** What is wanted while there is no connection is asked for on the next, and what is wanted twice after another. */
  fill() {
    if (!this.#isLive()) return;
    for (const [room, since] of this.#store.takeWantedSyncs(this.#filling)) {
      this.#fillOne(room, since);
    }
  }

  /** @param {number} room @param {number} since */
  async #fillOne(room, since) {
    this.#filling.add(room);
    const answer = await this.#sync(room, since);
    this.#filling.delete(room);
    if (answer === null) return this.fill();
    if (answer.rev > since && !answer.more) this.#log.repaired(room, since, answer.rev);
    this.#onSync({ ...answer, type: "sync" });
  }

  /** @param {number} room @param {number} since */
  async #sync(room, since) {
    for (;;) {
      try {
        const answer = await this.#asking.ask("sync", { room, since });
        if (answer.rev <= since) await this.#sleep(RETRY_PAUSE); // whoever knows more than this will ask again
        return answer;
      } catch (error) {
        if (error instanceof CommandError && !UNKNOWN.has(error.code)) return null;
        await this.#sleep(RETRY_PAUSE);
        // After a new welcome the server itself sends what is missing.
        if (!this.#isLive() || !this.#store.rooms.has(room)) return null;
      }
    }
  }
}
