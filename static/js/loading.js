/**
 * Loads what is looked at: a room's timeline, its members, its pins. Of each kind one load is on its way at a time for
 * one timeline, and whoever else wants one waits for it. It knows no DOM.
 */

import { CommandError } from "chat/commands.js";
import { RETRY_PAUSE, UNKNOWN } from "chat/asking.js";

/** @import { Asking } from "chat/asking.js" */
/** @import { History } from "chat/history.js" */
/** @import { Store } from "chat/store.js" */
/** @import { HistoryPage } from "chat/wire.d.ts" */

const PAGE = 50;
/** Whoever scrolls goes through many pages: of each ten are answered a second. */
const NEXT_PAGE = 100;
const MEMBERS_PAGE = 200;
const MAX_HELD_ROOMS = 8;

export class Loading {
  #store;
  #asking;
  #isLive;
  #sleep;
  #onPage;
  /** @type {WeakMap<History, Map<string, Promise<void>>>} loads on their way, one of each kind per timeline */
  #loading = new WeakMap();
  /** @type {WeakMap<History, string>} what the load on its way does, or the last one did */
  #modes = new WeakMap();
  /** How often the open room was looked after: the last time counts. */
  #refreshes = 0;
  /** @type {number | null} the room that is looked at */
  room = null;

  /**
   * @param {object} parts
   * @param {Store} parts.store
   * @param {Asking} parts.asking
   * @param {() => boolean} parts.isLive
   * @param {(ms: number) => Promise<void>} parts.sleep
   * @param {(page: HistoryPage) => void} parts.onPage it is in the store
   */
  constructor({ store, asking, isLive, sleep, onPage }) {
    this.#store = store;
    this.#asking = asking;
    this.#isLive = isLive;
    this.#sleep = sleep;
    this.#onPage = onPage;
  }

  /**
   * Makes sure that the room's timeline is held: around a message, or at its end.
   * @param {number} room
   * @param {number | null} [seq]
   */
  async open(room, seq = null) {
    this.room = room;
    this.#store.openHistory(room);
    this.#dropOldRooms(room);
    const isHeld = () => {
      const history = this.#store.histories.get(room);
      return history?.isStale === false && (seq === null ? history.isEnd : history.holds(seq));
    };
    await this.#replace(room, seq === null ? {} : { around: seq }, () => !isHeld());
  }

  /**
   * Makes sure that the room's timeline is held around a time.
   * @param {number} room
   * @param {string} at
   * @returns {Promise<number | null>} the first message of then or later, if there is one
   */
  async openAt(room, at) {
    this.#store.openHistory(room);
    await this.#replace(room, { at }, () => true);
    const messages = this.#store.histories.get(room)?.messages ?? [];
    return messages.find((message) => message.at >= at)?.seq ?? null;
  }

  /** @param {number} room */
  older(room) {
    return this.#extend(room, "older", ({ isStart, low }) => isStart ? null : { before: low });
  }

  /** @param {number} room */
  newer(room) {
    return this.#extend(room, "newer", ({ isEnd, high }) => isEnd ? null : { after: high });
  }

  /** The next page of who is in a room. @param {number} room */
  async members(room) {
    await this.#once(room, "members", async (isHeld) => {
      for (;;) {
        const [rev, era] = [this.#store.revOf(room), this.#store.membersEra(room)];
        const after = this.#store.members.get(room)?.high ?? 0;
        const page = await this.#asking.ask("members", { room, after, limit: MEMBERS_PAGE });
        if (!isHeld()) return;
        if (era === this.#store.membersEra(room)) return this.#store.membersLoaded(room, page, rev);
      }
    });
  }

  /** The next page of what is pinned in a room. @param {number} room */
  async pins(room) {
    const pins = this.#store.openPins(room);
    const mark = pins.low === undefined ? {} : { before: pins.low };
    const page = await this.#asking.ask("message.pins", { room, limit: PAGE, ...mark });
    // Else they were let go meanwhile, and what is held now begins anew.
    if (this.#store.pins.get(room) === pins) this.#store.pinsLoaded(room, page);
  }

  /** Loads the open room where what is held of it no longer holds. */
  async refresh() {
    const { room } = this;
    if (room === null || !this.#store.rooms.has(room)) return;
    const turn = ++this.#refreshes;
    try {
      await this.#replace(room, {}, () => this.#store.openHistory(room).isStale);
      if (!this.#store.members.has(room)) await this.members(room);
    } catch (error) {
      if (error instanceof CommandError && !UNKNOWN.has(error.code)) return;
      await this.#sleep(RETRY_PAUSE);
      // If the connection went, this is tried again with the next one.
      if (this.#isLive() && turn === this.#refreshes) this.refresh();
    }
  }

  /**
   * Starts the timeline anew, if that is needed once nothing is on its way: of several who wait for one load, each
   * but the first finds the next one's under way.
   * @param {number} room
   * @param {Record<string, number | string>} mark
   * @param {() => boolean} isNeeded
   */
  async #replace(room, mark, isNeeded) {
    const onItsWay = () => {
      const history = this.#store.histories.get(room);
      return history && this.#loading.get(history)?.get("history");
    };
    while (onItsWay()) await onItsWay()?.catch(() => {});
    if (isNeeded()) await this.#load(room, "replace", mark);
  }

  /**
   * Loads what comes next, on one side: after what else is on its way, which may change what that is.
   * @param {number} room
   * @param {"older" | "newer"} mode
   * @param {(history: History) => Record<string, number> | null} markOf null where there is nothing to come
   */
  async #extend(room, mode, markOf) {
    for (;;) {
      const history = this.#store.histories.get(room);
      const mark = !history || history.isStale ? null : markOf(history);
      if (!history || !mark) return;
      const other = this.#loading.get(history)?.get("history");
      if (!other || this.#modes.get(history) === mode) {
        return this.#load(room, mode, { ...mark, limit: NEXT_PAGE });
      }
      await other.catch(() => {});
    }
  }

  /**
   * @param {number} room
   * @param {"replace" | "older" | "newer"} mode
   * @param {Record<string, number | string>} mark
   */
  #load(room, mode, mark) {
    return this.#once(room, "history", async (isHeld, history) => {
      this.#modes.set(history, mode);
      history.begin();
      try {
        const page = await this.#asking.ask("history", { room, limit: PAGE, ...mark });
        if (!isHeld()) return;
        this.#store.historyLoaded(room, page, mode);
        this.#onPage(page);
      } catch (error) {
        history.fail();
        throw error;
      }
    });
  }

  /** @param {number} keep */
  #dropOldRooms(keep) {
    const { histories } = this.#store;
    const held = /** @type {import("chat/history.js").History} */ (histories.get(keep));
    histories.delete(keep);
    histories.set(keep, held); // the room last opened is last in order
    const oldest = [...histories.keys()].slice(0, Math.max(0, histories.size - MAX_HELD_ROOMS));
    for (const room of oldest) this.#store.dropHistory(room);
  }

  /**
   * One load of a kind at a time for one timeline. What comes for one that was let go meanwhile is not for the
   * one held now: that may be after leaving the room and joining it again.
   * @param {number} room
   * @param {string} kind
   * @param {(isHeld: () => boolean, history: History) => Promise<void>} load
   */
  async #once(room, kind, load) {
    const history = this.#store.histories.get(room);
    if (!history) return; // let go while this load waited for its turn
    const loads = this.#loading.get(history) ?? new Map();
    this.#loading.set(history, loads);
    const isHeld = () => this.#store.histories.get(room) === history;
    const loading = loads.get(kind) ?? load(isHeld, history).finally(() => loads.delete(kind));
    loads.set(kind, loading);
    await loading;
  }
}
