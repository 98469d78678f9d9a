/**
 * A search as it is typed: what is asked, what came of it so far, and what to say meanwhile. It knows no DOM.
 *
 * Only the answer to what was asked last counts, however late others come. While there is no connection the
 * question waits for the next one.
 */

import { CommandError } from "chat/commands.js";

/** @import { Clock } from "chat/socket.js" */
/** @import { Message, SearchHit, SearchPage, ServerEvent } from "chat/wire.d.ts" */

/** @typedef {"idle" | "loading" | "found" | "none" | "error" | "offline"} Status */

const TYPING_PAUSE = 250;
/** An answer that comes sooner needs no sign that it is on its way. */
const PATIENCE = 300;
/** The events that change what was found. */
const TOLD = new Set(["message", "sync", "room_left"]);
/** So often a search goes on by itself where an answer had nothing yet and more to come. */
const MOST_ROUNDS = 20;

export class Search {
  #command;
  #isLive;
  #onChange;
  #clock;
  #turn = 0;
  #typing = 0;
  /** @type {ServerEvent[]} what came while an answer was on its way, which may be older */
  #told = [];
  text = "";
  /** @type {SearchHit[]} */
  hits = [];
  /** @type {number | null} */
  more = null;
  /** @type {Status} */
  status = "idle";
  /** Something is on its way, and it takes long enough to say so. */
  isSlow = false;
  /** The code of the error. */
  code = "";
  /** @type {number | null} the only room that is searched; null for all */
  room = null;

  /**
   * @param {object} parts
   * @param {(type: string, fields: Record<string, unknown>) => Promise<SearchPage>} parts.command
   * @param {() => boolean} parts.isLive
   * @param {() => void} parts.onChange
   * @param {Clock} parts.clock
   */
  constructor({ command, isLive, onChange, clock }) {
    this.#command = command;
    this.#isLive = isLive;
    this.#onChange = onChange;
    this.#clock = clock;
  }

  /** What stands in the field now. @param {string} text */
  type(text) {
    this.#clock.clearTimeout(this.#typing);
    if (text.trim() === this.text) return;
    this.#typing = this.#clock.setTimeout(() => this.ask(text), TYPING_PAUSE);
  }

  /** Asks now, also the same again. @param {string} text */
  ask(text) {
    this.#clock.clearTimeout(this.#typing);
    this.text = text.trim();
    this.#turn += 1;
    if (this.text === "") this.#become("idle", [], null);
    else this.#load(false, null);
  }

  /** Searches one room, or all again. @param {number | null} room */
  within(room) {
    if (room === this.room) return;
    this.room = room;
    if (this.text !== "") this.ask(this.text);
  }

  /** The next page, after those that are there. */
  loadMore() {
    if (this.more !== null && this.status !== "loading") this.#load(true, this.more);
  }

  /** The connection came or went. */
  connectionChanged() {
    if (this.status === "offline" && this.#isLive()) this.#load(true, this.more);
  }

  /** What was found may be changed, deleted, or no longer one's own to read. @param {ServerEvent[]} events */
  receive(events) {
    const before = this.hits;
    if (this.status === "loading") this.#told.push(...events.filter(({ type }) => TOLD.has(type)));
    this.#follow(events);
    if (this.hits !== before) this.#onChange();
  }

  /** @param {ServerEvent[]} events */
  #follow(events) {
    for (const event of events) {
      if (event.type === "message") this.#apply(event.room, event.message);
      else if (event.type === "sync") {
        for (const message of event.messages) this.#apply(event.room, message);
      } else if (event.type === "room_left") {
        this.#keep(({ room }) => room !== event.room);
      }
    }
  }

  /** @param {number} room @param {Message} message */
  #apply(room, message) {
    const at = this.hits.findIndex((hit) => hit.room === room && hit.message.seq === message.seq);
    if (at < 0 || this.hits[at].message.rev >= message.rev) return;
    const { body } = this.hits[at].message;
    // The marks are places in the words as they were.
    const marks = message.body === body ? this.hits[at].marks : [];
    if (message.deleted_at !== null) this.#keep((hit) => hit !== this.hits[at]);
    else this.hits = this.hits.with(at, { room, message, marks });
  }

  /** @param {(hit: SearchHit) => boolean} isKept */
  #keep(isKept) {
    if (this.hits.every(isKept)) return;
    this.hits = this.hits.filter(isKept);
    if (this.hits.length === 0 && this.status === "found") this.status = "none";
  }

  /** @param {boolean} isMore whether it goes on after what is there @param {number | null} from */
  async #load(isMore, from) {
    const turn = ++this.#turn;
    const before = () => isMore ? this.hits : [];
    if (!this.#isLive()) return this.#become("offline", before(), from);
    this.status = "loading";
    this.#told = [];
    const timer = this.#clock.setTimeout(() => {
      this.isSlow = turn === this.#turn;
      this.#onChange();
    }, PATIENCE);
    try {
      const { hits, more } = await this.#page(turn, from);
      if (turn !== this.#turn) return;
      this.hits = [...before(), ...hits];
      this.#follow(this.#told);
      this.#become(this.hits.length > 0 ? "found" : "none", this.hits, more);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.code = error instanceof CommandError ? error.code : "internal";
      const isAway = this.code === "disconnected" || !this.#isLive();
      this.#become(isAway ? "offline" : "error", before(), from);
    } finally {
      this.#clock.clearTimeout(timer);
    }
  }

  /** One page; a search that takes the server long brings it in parts. @param {number} turn @param {number | null} from */
  async #page(turn, from) {
    for (let round = 1;; round += 1) {
      const place = from === null ? {} : { before: from };
      const scope = this.room === null ? {} : { room: this.room };
      const page = await this.#command("search", { q: this.text, ...scope, ...place });
      const isEmpty = page.hits.length === 0 && page.more !== null;
      if (!isEmpty || round === MOST_ROUNDS || turn !== this.#turn) return page;
      from = page.more;
    }
  }

  /** @param {Status} status @param {SearchHit[]} hits @param {number | null} more */
  #become(status, hits, more) {
    this.status = status;
    this.hits = hits;
    this.more = more;
    this.isSlow = false;
    this.#onChange();
  }
}
