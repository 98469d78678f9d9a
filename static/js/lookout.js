/**
 * Which of one user's tabs notifies, and whether somebody looks at a room in any of them.
 *
 * The one that holds the lock notifies; when it goes, the browser gives the lock to the next. It asks the others
 * before it does: whoever has a room in front of them needs no notification of it. Where there are no locks there
 * are no notifications either: browsers have both for secure pages only.
 */

/** @import { Clock } from "chat/socket.js" */

/** @typedef {Pick<BroadcastChannel, "postMessage" | "addEventListener">} Channel */
/** @typedef {Pick<LockManager, "request" | "query">} Locks */

/** In milliseconds. A tab that has much to draw of what came, or whose machine is busy, answers after that. */
const PATIENCE = 1_000;

export class Lookout {
  #channel;
  #clock;
  #isLooking;
  /** @type {Locks | undefined} */
  #locks;
  #name = "";
  #questions = 0;
  /** @type {Map<number, () => void>} those that wait for an answer */
  #asked = new Map();
  isLeader = false;

  /**
   * @param {object} parts
   * @param {Channel | null} parts.channel of all tabs of this user; null where there is none
   * @param {Clock} parts.clock
   * @param {(room: number) => boolean} parts.isLooking whether this tab has the room in front of somebody
   */
  constructor({ channel, clock, isLooking }) {
    this.#channel = channel;
    this.#clock = clock;
    this.#isLooking = isLooking;
    channel?.addEventListener("message", ({ data }) => this.#hear(data));
  }

  /** Becomes the one that notifies when its turn comes, until the signal ends it. @param {Locks | undefined} locks @param {string} name @param {AbortSignal} signal */
  async lead(locks, name, signal) {
    this.#locks = locks;
    this.#name = name;
    try {
      await locks?.request(name, { signal }, async () => {
        this.isLeader = true;
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        this.isLeader = false;
      });
    } catch {
      // Ended while it waited for its turn.
    }
  }

  /** Whether the room is in front of somebody, here or in another tab. @param {number} room @returns {Promise<boolean>} */
  async isInFront(room) {
    if (this.#isLooking(room)) return true;
    if (await this.#isAlone()) return false;
    const question = this.#questions++;
    return new Promise((resolve) => {
      const answer = (/** @type {boolean} */ isInFront) => {
        this.#asked.delete(question);
        resolve(isInFront);
      };
      this.#asked.set(question, () => answer(true));
      this.#clock.setTimeout(() => answer(false), PATIENCE);
      this.#channel?.postMessage({ question, room });
    });
  }

  /** Whether no other tab waits for its turn. */
  async #isAlone() {
    const found = await this.#locks?.query();
    return found?.pending?.every(({ name }) => name !== this.#name) ?? false;
  }

  /** @param {{ question: number, room?: number }} message a question, or the answer yes */
  #hear({ question, room }) {
    if (room === undefined) this.#asked.get(question)?.();
    else if (this.#isLooking(room)) this.#channel?.postMessage({ question });
  }
}
