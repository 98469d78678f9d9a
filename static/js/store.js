/**
 * What this client knows, and one reducer per event. It knows no DOM and no socket.
 *
 * A change is applied in its turn (revs.js says when that is), and to a row only if the change's rev is
 * higher than the row's: the same change twice, or an old one over newer rows, does no harm.
 */

import { History } from "chat/history.js";
import { Members } from "chat/members.js";
import { isMention } from "chat/mentions.js";
import { Pins } from "chat/pins.js";
import { Revs } from "chat/revs.js";
import { Rooms } from "chat/rooms.js";

/**
 * @import { HistoryPage, MemberEvent, MembershipEvent, MembersPage, Message, MessageEvent, OwnRoom,
 *   PinsPage, ResetEvent, Room, RoomEvent, Server, ServerEvent, Start, SyncEvent, User, WelcomeEvent } from "chat/wire.d.ts"
 */
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
    this.#welcome(welcome);
    const timeline = this.openHistory(history.room);
    timeline.begin();
    this.historyLoaded(history.room, history, "replace");
    this.membersLoaded(history.room, members, history.rev);
  }

  /** @param {ServerEvent[]} events in the order in which they came */
  apply(events) {
    for (const event of events) this.#reduce(event);
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
    this.#learn(page.users);
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
    this.#learn(page.users);
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
    this.#learn(page.users);
    this.pins.get(room)?.load(page);
    this.#changed();
  }

  /** @param {number} room */
  dropPins(room) {
    this.pins.delete(room);
  }

  /** @param {User[]} users */
  usersLoaded(users) {
    this.#learn(users);
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

  // ---- events

  /** @param {ServerEvent} event */
  #reduce(event) {
    switch (event.type) {
      case "welcome":
        return this.#welcome(event);
      case "message":
        return this.#message(event);
      case "room":
        return this.#room(event);
      case "member":
        return this.#member(event);
      case "sync":
        return this.#sync(event);
      case "reset":
        return this.#reset(event);
      case "membership":
        return this.#membership(event);
      case "room_left":
        this.endings.set(event.room, event.reason);
        return this.#forget(event.room);
      case "user":
        return this.#learn([event.user]);
    }
  }

  /** @param {WelcomeEvent} event */
  #welcome(event) {
    const isAnother = this.server?.epoch !== event.server.epoch;
    if (isAnother) this.#forgetAll();
    this.me = event.me.user;
    this.blocked = new Set(event.me.blocked);
    this.dndUntil = event.me.dnd_until;
    this.server = event.server;
    this.#learn([event.me.user, ...event.users]);
    const present = new Set(event.rooms.map((room) => room.id));
    for (const id of [...this.rooms.keys()]) if (!present.has(id)) this.#forget(id);
    for (const room of event.rooms) {
      const held = this.rooms.get(room.id);
      if (held) this.#meetAgain(room);
      else this.#gain(room, isAnother);
    }
  }

  /**
   * A room that was not here before. What its feed told before this came was not kept, so a `sync` has to say
   * whether there was any; a first welcome comes before everything else.
   * @param {OwnRoom} room
   * @param {boolean} [isFirst]
   */
  #gain(room, isFirst = false) {
    this.endings.delete(room.id);
    this.#rooms.gain(room);
    this.#revs.set(room.id, room.last_rev);
    if (!isFirst) this.#revs.want(room.id);
  }

  /** A welcome that comes again may have been read before what came live. @param {OwnRoom} room */
  #meetAgain(room) {
    this.#rooms.setOwn(room);
    this.#share(room, room.last_rev, this.revOf(room.id));
    const isResumed = this.histories.get(room.id)?.isStale === false;
    if (isResumed) return;
    this.#members.drop(room.id); // what changed meanwhile will not be told
    this.pins.delete(room.id);
    this.#startFrom(room.id, Math.max(room.last_rev, this.revOf(room.id)));
  }

  /** @param {MessageEvent} event */
  #message(event) {
    const { room, message } = event;
    if (!this.#mayApply(room, message.rev, event)) return;
    this.#note(room, message);
    this.#rooms.raise(room, message.seq, message.at);
    this.histories.get(room)?.change((history) => history.apply(message));
    this.pins.get(room)?.apply(message);
  }

  /** @param {RoomEvent} event */
  #room(event) {
    const before = this.revOf(event.room.id);
    if (this.#mayApply(event.room.id, event.rev, event)) {
      this.#share(event.room, event.rev, before);
    }
  }

  /** @param {MemberEvent} event */
  #member(event) {
    const { room, rev } = event;
    if (!this.#mayApply(room, rev, event)) return;
    if (event.profile) this.#learn([event.profile]);
    this.#rooms.count(room, rev, this.#members.put(room, event, rev));
  }

  /** @param {SyncEvent} event */
  #sync(event) {
    const { room, rev } = event;
    const before = this.revOf(room);
    if (!this.rooms.has(room) || !this.#revs.catchUp(room, event)) return;
    this.#learn(event.users);
    const ascending = event.messages.toSorted((a, b) => a.seq - b.seq);
    for (const message of ascending) this.#note(room, message);
    const newest = ascending.at(-1);
    if (newest) this.#rooms.raise(room, newest.seq, newest.at);
    this.histories.get(room)?.change((history) => {
      for (const message of [...event.replied, ...event.messages]) history.apply(message);
    });
    for (const message of event.messages) this.pins.get(room)?.apply(message);
    for (const member of event.members) this.#members.put(room, member, rev);
    if (event.room_state) this.#share(event.room_state, rev, before);
    this.#retryEarly(room);
  }

  /** @param {ResetEvent} event */
  #reset({ room, rev, room_state }) {
    if (!this.rooms.has(room)) return;
    if (room_state) this.#share(room_state, rev, this.revOf(room));
    this.histories.get(room)?.outdate(rev);
    this.#members.drop(room);
    this.pins.delete(room);
    this.#startFrom(room, rev);
  }

  /** @param {MembershipEvent} event */
  #membership({ room, users }) {
    this.#learn(users ?? []);
    if (!this.rooms.has(room.id)) return this.#gain(room);
    // Its shared part may be older or newer than what the feed has told: that part is the feed's.
    this.#rooms.setOwn(room);
    this.#rooms.raise(room.id, room.last_seq, room.last_at);
  }

  /** @param {number} room @param {number} rev @param {ServerEvent} event */
  #mayApply(room, rev, event) {
    return this.rooms.has(room) && this.#revs.advance(room, rev, event);
  }

  /** Goes on from a snapshot, with what has come already and is later. @param {number} room @param {number} rev */
  #startFrom(room, rev) {
    this.#revs.set(room, rev);
    this.#retryEarly(room);
  }

  /** @param {number} room */
  #retryEarly(room) {
    for (const early of this.#revs.takeEarly(room)) this.#reduce(early);
  }

  // ---- rows

  /** What a message means for one's own part; whether it is new, that part knows. @param {number} room @param {Message} message */
  #note(room, message) {
    const me = this.me?.id;
    if (me === undefined) return;
    if (message.author === me) this.#rooms.note(room, message.seq, "own");
    else if (isMention(message, me, this.blocked)) this.#rooms.note(room, message.seq, "mention");
  }

  /** @param {User[]} users */
  #learn(users) {
    for (const user of users) this.users.set(user.id, user);
    if (this.me) this.me = this.users.get(this.me.id) ?? this.me;
  }

  /** @param {Room} state @param {number} rev @param {number} applied */
  #share(state, rev, applied) {
    if (!this.#rooms.setShared(state, rev, applied)) return;
    this.histories.get(state.id)?.change((history) => history.dropBelow(state.first_seq));
    this.pins.get(state.id)?.dropBelow(state.first_seq);
  }

  /** @param {number} room */
  #forget(room) {
    this.#revs.forget(room);
    this.histories.delete(room);
    this.#members.drop(room);
    this.#rooms.forget(room);
  }

  #forgetAll() {
    for (const room of [...this.rooms.keys()]) this.#forget(room);
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
