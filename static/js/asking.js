/** What is asked of the server, with the patience that it asks for. It knows no DOM. */

import { CommandError } from "chat/commands.js";

const TRIES = 3;
/** Longer than that nobody waits for a dialog: they are told. */
const MOST_PATIENCE = 5_000;
/** After these it is worth another try, in a while. */
export const UNKNOWN = new Set([
  "timeout",
  "disconnected",
  "internal",
  "rate_limited",
  "unavailable",
]);
export const RETRY_PAUSE = 2_000;
const PASSING = new Set(["rate_limited", "unavailable"]);

/** @typedef {(type: string, fields: Record<string, unknown>) => Promise<any>} Command */

export class Asking {
  #command;
  #sleep;
  /** @type {Map<string, Promise<unknown>>} what was asked for last about each thing, until it is answered */
  #turns = new Map();

  /** @param {{ command: Command, sleep: (ms: number) => Promise<void> }} parts */
  constructor({ command, sleep }) {
    this.#command = command;
    this.#sleep = sleep;
  }

  /**
   * A read, or what does no harm twice: tried again where the server asks for patience.
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @returns {Promise<any>}
   */
  async ask(type, fields) {
    for (let attempt = 1;; attempt += 1) {
      try {
        return await this.#command(type, fields);
      } catch (error) {
        const isPassing = error instanceof CommandError && PASSING.has(error.code);
        const pause = isPassing ? error.retryAfter ?? 1_000 * attempt : Infinity;
        if (pause > MOST_PATIENCE || attempt === TRIES) throw error;
        await this.#sleep(pause);
      }
    }
  }

  /**
   * The same for what changes something. What was asked for later about the same thing waits for its answer: else it
   * would be undone by an earlier try that comes after it.
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @returns {Promise<any>}
   */
  async act(type, fields) {
    const thing = thingOf(type, fields);
    const before = this.#turns.get(thing);
    const act = () => this.ask(type, fields);
    const turn = before ? before.then(act, act) : act();
    this.#turns.set(thing, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(thing) === turn) this.#turns.delete(thing);
    }
  }
}

/** What a command is about: a message, a reaction to it, a person, a room. @param {string} type @param {Record<string, unknown>} fields */
function thingOf(type, { room, seq, emoji, user, code }) {
  return JSON.stringify([type.split(".")[0], room, seq, emoji, user, code]);
}
