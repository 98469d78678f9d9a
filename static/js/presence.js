/**
 * Who of the people on screen is online: says to the server whom the page shows, and holds what it is told. It
 * knows no DOM.
 */

/** @import { Clock } from "chat/socket.js" */
/** @import { Presence as Status } from "chat/wire.d.ts" */

export const MAX_WATCHED = 500;
const PAUSE = 300;

export class Presence {
  #command;
  #onChange;
  #clock;
  #isLive = false;
  #timer = 0;
  /** @type {Set<number>} */
  #wanted = new Set();
  /** @type {Map<number, Status>} */
  #statuses = new Map();
  /** @type {Map<number, string>} */
  #seen = new Map();

  /**
   * @param {object} parts
   * @param {(type: string, fields: Record<string, unknown>) => Promise<any>} parts.command
   * @param {() => void} parts.onChange
   * @param {Clock} parts.clock
   */
  constructor({ command, onChange, clock }) {
    this.#command = command;
    this.#onChange = onChange;
    this.#clock = clock;
  }

  /** Null where it is not known. @param {number} user @returns {Status | null} */
  of(user) {
    return this.#statuses.get(user) ?? null;
  }

  /** When somebody who is offline was last here, where that may be known. @param {number} user */
  seenAt(user) {
    return this.of(user) === "offline" ? this.#seen.get(user) ?? null : null;
  }

  /** Whom the page shows, those who matter most first. @param {Iterable<number>} users */
  show(users) {
    const wanted = new Set([...users].slice(0, MAX_WATCHED));
    if (wanted.size === this.#wanted.size && [...wanted].every((id) => this.#wanted.has(id))) {
      return;
    }
    this.#wanted = wanted;
    this.#watchSoon();
  }

  /** @param {boolean} isLive */
  connectionChanged(isLive) {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    // While nobody says who comes and goes, nothing is better than something old.
    this.#statuses.clear();
    this.#onChange();
    if (this.#wanted.size > 0) this.#watchSoon();
  }

  /** @param {Record<string, Status>} users @param {string} at when this was told */
  told(users, at) {
    for (const [id, status] of Object.entries(users)) {
      this.#statuses.set(Number(id), status);
      if (status === "offline") this.#seen.set(Number(id), at);
    }
    this.#onChange();
  }

  #watchSoon() {
    if (this.#timer || !this.#isLive) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = 0;
      this.#watch();
    }, PAUSE);
  }

  async #watch() {
    const wanted = this.#wanted;
    try {
      const { users, seen } = await this.#command("presence.watch", { users: [...wanted] });
      if (wanted !== this.#wanted) return;
      this.#statuses = entries(users);
      this.#seen = entries(seen);
      this.#onChange();
    } catch {
      // Without a connection the next one asks again; refused, it was asked too often: in a while.
      if (this.#isLive) this.#watchSoon();
    }
  }
}

/** @template Value @param {Record<string, Value>} object @returns {Map<number, Value>} */
function entries(object) {
  return new Map(Object.entries(object).map(([id, value]) => [Number(id), value]));
}
