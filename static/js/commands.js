/** @import { Clock } from "chat/socket.js" */

/**
 * @typedef {{ type: string, id: string | null, code?: string, detail?: string, retry_after?: number }} Answer
 * @typedef {{ bytes: number, timer: number, resolve: (answer: any) => void,
 *   reject: (error: CommandError) => void }} Pending
 */

const TIMEOUT = 15_000;

/**
 * Why a command came to nothing. Beside the codes of the wire there are `disconnected` and `timeout`, after
 * which nobody knows whether the server acted.
 */
export class CommandError extends Error {
  /** @param {string} code @param {string} [detail] @param {number} [retryAfter] in milliseconds */
  constructor(code, detail = "", retryAfter = undefined) {
    super(detail || code);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** The commands of one connection that are not answered yet. */
export class Commands {
  #clock;
  #nextId = 1;
  /** @type {Map<string, Pending>} */
  #pending = new Map();

  /** @param {Clock} clock */
  constructor(clock) {
    this.#clock = clock;
  }

  /**
   * Hands the command's frame to `write`; resolves with its `ok`, rejects with a CommandError.
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @param {number} limit of a frame, in bytes
   * @param {(frame: string) => void} write
   * @returns {Promise<any>}
   */
  send(type, fields, limit, write) {
    const id = (this.#nextId++).toString(36);
    const frame = JSON.stringify({ type, id, ...fields });
    const bytes = new TextEncoder().encode(frame).length;
    if (bytes > limit) return Promise.reject(new CommandError("too_long"));
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => {
        this.#pending.delete(id);
        reject(new CommandError("timeout"));
      }, TIMEOUT);
      this.#pending.set(id, { bytes, timer, resolve, reject });
      write(frame);
    });
  }

  /** @param {Answer} answer */
  settle(answer) {
    const pending = this.#pending.get(answer.id ?? "");
    if (!pending) return;
    this.#pending.delete(answer.id ?? "");
    this.#clock.clearTimeout(pending.timer);
    if (answer.type === "ok") pending.resolve(answer);
    else {
      pending.reject(new CommandError(answer.code ?? "", answer.detail, answer.retry_after));
    }
  }

  /** @param {number} code of the close that leaves the commands without an answer */
  rejectAll(code) {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    const largest = Math.max(...pending.map(({ bytes }) => bytes));
    for (const { bytes, timer, reject } of pending) {
      this.#clock.clearTimeout(timer);
      // A frame over the limit gets 1009 and no answer; sent again, it would only do the same again.
      reject(new CommandError(code === 1009 && bytes === largest ? "too_long" : "disconnected"));
    }
  }
}
