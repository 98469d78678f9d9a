/** What this client knows: what it was told (reducers.js), and what it asked for. It knows no DOM and no socket. */

import { History } from "chat/history.js";
import { Members } from "chat/members.js";
import { Pins } from "chat/pins.js";
import { Reducers } from "chat/reducers.js";
import { Revs } from "chat/revs.js";
import { Rooms } from "chat/rooms.js";

/** @import { HistoryPage, MembersPage, OwnRoom, PinsPage, Server, ServerEvent, Start, User } from "chat/wire.d.ts" */
/** @import { MemberList } from "chat/members.js" */
/** @import { Move } from "chat/own-part.js" */
/** @import { Choice } from "chat/rooms.js" */

export class Store {
  /** @type {User | null} */
  me = null;
  /** @type {ReadonlySet<number>} those one does not want to hear from */
  blocked = new Set();
  /** @type {string | null} until then one does not want to be disturbed */
  dndUntil = null;
  /** @type {Server | null} */
  server = null;
  /** @type {Map<number, User>} */
  users = new Map();
  /** @type {Map<number, History>} the rooms whose timeline is held */
  histories = new Map();
  /** @type {Map<number, Pins>} the rooms whose pins are looked at */
  pins = new Map();

  /** @type {Map<number, "left" | "removed" | "banned">} how it ended with rooms that are gone */
  endings = new Map();

  #members = new Members();
  #rooms = new Rooms();
  #revs = new Revs();
  #reducers = new Reducers(this, this.#rooms, this.#members, this.#revs);
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @returns {ReadonlyMap<number, OwnRoom>} */
  get rooms() {
    return this.#rooms.all;
  }

  /** @returns {ReadonlyMap<number, MemberList>} */
  get members() {
    return this.#members.lists;
  }

  /** @param {() => void} listener called once after each batch of changes @returns {() => void} */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {Start} start what the page came with */
  start({ welcome, history, members }) {
    // The room starts at the rev of its welcome, which was read first: all the other rows are as new or newer.
    this.#reducers.reduce(welcome);
    const timeline = this.openHistory(history.room);
    timeline.begin();
    this.historyLoaded(history.room, history, "replace");
    this.membersLoaded(history.room, members, history.rev);
  }

  /** @param {ServerEvent[]} events in the order in which they came */
  apply(events) {
    for (const event of events) this.#reducers.reduce(event);
    this.#changed();
  }

  /** The revs to resume from: those of the rooms whose messages are held. @returns {Record<string, number>} */
  heldRevs() {
    const held = [...this.histories].filter(([, history]) => !history.isStale);
    return Object.fromEntries(held.map(([room]) => [room, this.revOf(room)]));
  }

  /** @param {number} room */
  revOf(room) {
    return this.#revs.of(room);
  }

  /** Rooms with a gap, and the rev each has to be synced from. @param {ReadonlySet<number>} [busy] rooms whose turn comes later @returns {[number, number][]} */
  takeWantedSyncs(busy = new Set()) {
    return this.#revs.takeWanted(busy);
  }

  // ---- what was asked for

  /** @param {number} room @returns {History} */
  openHistory(room) {
    const history = this.histories.get(room) ?? new History();
    this.histories.set(room, history);
    return history;
  }

  /** Lets a room's messages go; its rev goes on with the live events. @param {number} room */
  dropHistory(room) {
    this.histories.delete(room);
    this.#members.drop(room);
  }

  /**
   * @param {number} room
   * @param {HistoryPage} page
   * @param {"replace" | "older" | "newer"} mode
   */
  historyLoaded(room, page, mode) {
    this.#reducers.learn(page.users);
    this.histories.get(room)?.load(page, mode);
    this.#rooms.raise(room, page.last_seq);
    this.#changed();
  }

  /** Changes when a room's members are let go: what was asked for before is not for those held after. @param {number} room */
  membersEra(room) {
    return this.#members.eraOf(room);
  }

  /**
   * @param {number} room
   * @param {MembersPage} page
   * @param {number} rev the room's rev when the page was asked for: its rows are no older
   */
  membersLoaded(room, page, rev) {
    this.#reducers.learn(page.users);
    if (!this.rooms.has(room)) return;
    this.#members.load(room, page, rev);
    this.#changed();
  }

  /** @param {number} room @returns {Pins} */
  openPins(room) {
    const pins = this.pins.get(room) ?? new Pins();
    this.pins.set(room, pins);
    return pins;
  }

  /** @param {number} room @param {PinsPage} page */
  pinsLoaded(room, page) {
    this.#reducers.learn(page.users);
    this.pins.get(room)?.load(page);
    this.#changed();
  }

  /** @param {number} room */
  dropPins(room) {
    this.pins.delete(room);
  }

  /** @param {User[]} users */
  usersLoaded(users) {
    this.#reducers.learn(users);
    this.#changed();
  }

  /** What was read here, or unread again; the server does not know it yet. @param {number} room @param {Move} move */
  move(room, move) {
    this.#rooms.move(room, move);
    this.#changed();
  }

  /** The server has it, or will not take it. @param {number} room @param {Move} move @param {boolean} isStored */
  settle(room, move, isStored) {
    this.#rooms.settle(room, move, isStored);
    this.#changed();
  }

  /** Of what one wants to be notified there; the server does not know it yet. @param {number} room @param {Choice} choice */
  choose(room, choice) {
    this.#rooms.choose(room, choice);
    this.#changed();
  }

  /** The server has it, or will not take it. @param {number} room @param {Choice} choice @param {boolean} isStored */
  settleChoice(room, choice, isStored) {
    this.#rooms.settleChoice(room, choice, isStored);
    this.#changed();
  }

  /** What one view fails at costs the others nothing, nor what is done with the events after this. */
  #changed() {
    for (const listener of this.#listeners) {
      try {
        listener();
      } catch (error) {
        reportError(error);
      }
    }
  }
}
