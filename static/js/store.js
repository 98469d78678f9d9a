/**
 * What this client knows, and one reducer per event. It knows no DOM and no socket.
 *
 * A change is applied in its turn (revs.js says when that is), and to a row only if the change's rev is
 * higher than the row's: the same change twice, or an old one over newer rows, does no harm.
 */

import { History } from "chat/history.js";
import { addOrRemove } from "chat/reactions.js";
import { Revs } from "chat/revs.js";

/**
 * @import { HistoryPage, MemberEvent, MembershipEvent, MembersPage, MessageEvent, OwnRoom, ReactionEvent,
 *   ResetEvent, Room, RoomEvent, Server, ServerEvent, Start, SyncEvent, User, WelcomeEvent } from "chat/wire.d.ts"
 */
/** @typedef {{ role: string | null, rev: number }} MemberRow */
/** @typedef {{ rows: Map<number, MemberRow>, more: boolean }} MemberList */

export class Store {
  /** @type {User | null} */
  me = null;
  /** @type {Server | null} */
  server = null;
  /** @type {Map<number, OwnRoom>} */
  rooms = new Map();
  /** @type {Map<number, User>} */
  users = new Map();
  /** @type {Map<number, History>} the rooms whose timeline is held */
  histories = new Map();
  /** @type {Map<number, MemberList>} */
  members = new Map();

  #revs = new Revs();
  /** @type {Map<number, number>} the rev of each room's own shared state */
  #metaRevs = new Map();
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** @param {() => void} listener called once after each batch of changes @returns {() => void} */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @param {Start} start what the page came with */
  start({ welcome, history, members }) {
    this.#welcome(welcome);
    this.#revs.set(history.room, history.rev);
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

  /** Rooms with a gap, and the rev each has to be synced from. @returns {[number, number][]} */
  takeWantedSyncs() {
    return this.#revs.takeWanted();
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
    this.members.delete(room);
  }

  /**
   * @param {number} room
   * @param {HistoryPage} page
   * @param {"replace" | "older" | "newer"} mode
   */
  historyLoaded(room, page, mode) {
    this.#learn(page.users);
    this.histories.get(room)?.load(page, mode);
    this.#raise(room, page.last_seq);
    this.#changed();
  }

  /**
   * @param {number} room
   * @param {MembersPage} page
   * @param {number} rev the room's rev when the page was asked for: its rows are no older
   */
  membersLoaded(room, page, rev) {
    this.#learn(page.users);
    const list = this.members.get(room) ?? { rows: new Map(), more: false };
    for (const { user, role } of page.members) this.#putMember(list, user, role, rev);
    list.more = page.more;
    this.members.set(room, list);
    this.#changed();
  }

  /** @param {User[]} users */
  usersLoaded(users) {
    this.#learn(users);
    this.#changed();
  }

  /** This reader has seen the room up to here. @param {number} room @param {number} seq */
  markRead(room, seq) {
    const own = this.rooms.get(room);
    if (!own || seq <= own.read_seq) return;
    this.rooms.set(room, { ...own, read_seq: seq, mentions: 0 });
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
      case "reaction":
        return this.#reaction(event);
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
        return this.#forget(event.room);
      case "user":
        return this.#learn([event.user]);
    }
  }

  /** @param {WelcomeEvent} event */
  #welcome(event) {
    if (this.server && this.server.epoch !== event.server.epoch) this.#forgetAll();
    this.me = event.me.user;
    this.server = event.server;
    this.#learn([event.me.user, ...event.users]);
    const present = new Set(event.rooms.map((room) => room.id));
    for (const id of [...this.rooms.keys()]) if (!present.has(id)) this.#forget(id);
    for (const room of event.rooms) {
      const held = this.rooms.get(room.id);
      const isReadHere = held !== undefined && held.read_seq > room.read_seq;
      const { read_seq, mentions } = isReadHere ? held : room;
      this.rooms.set(room.id, { ...room, read_seq, mentions });
      this.#metaRevs.set(room.id, room.last_rev);
      const isResumed = this.histories.get(room.id)?.isStale === false;
      if (isResumed) continue;
      this.#revs.set(room.id, Math.max(room.last_rev, this.revOf(room.id)));
      this.members.delete(room.id); // what changed meanwhile will not be told
    }
  }

  /** @param {MessageEvent} event */
  #message(event) {
    const { room, message } = event;
    if (!this.#mayApply(room, message.rev, event)) return;
    this.#raise(room, message.seq, message.at);
    this.histories.get(room)?.change((history) => history.apply(message));
  }

  /** @param {ReactionEvent} event */
  #reaction(event) {
    const { room, seq, rev } = event;
    if (!this.#mayApply(room, rev, event)) return;
    this.histories.get(room)?.change((history) =>
      history.patch(seq, rev, ({ reactions }) => ({ reactions: addOrRemove(reactions, event) }))
    );
  }

  /** @param {RoomEvent} event */
  #room(event) {
    if (this.#mayApply(event.room.id, event.rev, event)) this.#shared(event.room, event.rev);
  }

  /** @param {MemberEvent} event */
  #member(event) {
    const { room, rev, user, role } = event;
    if (!this.#mayApply(room, rev, event)) return;
    if (event.profile) this.#learn([event.profile]);
    const own = this.rooms.get(room);
    const list = this.members.get(room);
    const before = list?.rows.get(user);
    if (list) this.#putMember(list, user, role, rev);
    if (!own || (before && rev <= before.rev)) return;
    const wasIn = before ? before.role !== null : role === null || role !== "member";
    const members = own.members + Number(role !== null) - Number(wasIn);
    this.rooms.set(room, { ...own, members });
  }

  /** @param {SyncEvent} event */
  #sync(event) {
    const { room, rev } = event;
    if (!this.rooms.has(room) || !this.#revs.catchUp(room, event)) return;
    this.#learn(event.users);
    this.#raise(room, Math.max(0, ...event.messages.map((message) => message.seq)));
    this.histories.get(room)?.change((history) => {
      for (const message of [...event.replied, ...event.messages]) history.apply(message);
    });
    const list = this.members.get(room);
    if (list) {
      for (const { user, role } of event.members) {
        this.#putMember(list, user, role, rev);
      }
    }
    if (event.room_state) this.#shared(event.room_state, rev);
    for (const early of this.#revs.takeEarly(room)) this.#reduce(early);
  }

  /** @param {ResetEvent} event */
  #reset({ room, rev }) {
    if (!this.rooms.has(room)) return;
    this.#revs.set(room, rev);
    const history = this.histories.get(room);
    if (history) history.isStale = true;
    this.members.delete(room);
  }

  /** @param {MembershipEvent} event */
  #membership({ room, users }) {
    this.#learn(users ?? []);
    const own = this.rooms.get(room.id);
    if (!own) {
      this.rooms.set(room.id, room);
      this.#revs.set(room.id, room.last_rev);
      this.#metaRevs.set(room.id, room.last_rev);
      return;
    }
    // Its shared part may be older or newer than what the feed has told: that part is the feed's.
    const { role, mentions, notify } = room;
    this.rooms.set(room.id, { ...own, role, mentions, notify, read_seq: room.read_seq });
    this.#raise(room.id, room.last_seq, room.last_at);
  }

  /** @param {number} room @param {number} rev @param {ServerEvent} event */
  #mayApply(room, rev, event) {
    return this.rooms.has(room) && this.#revs.advance(room, rev, event);
  }

  // ---- rows

  /** @param {User[]} users */
  #learn(users) {
    for (const user of users) this.users.set(user.id, user);
    if (this.me) this.me = this.users.get(this.me.id) ?? this.me;
  }

  /** @param {number} room @param {number} lastSeq @param {string | null} [lastAt] */
  #raise(room, lastSeq, lastAt) {
    const own = this.rooms.get(room);
    if (!own || lastSeq <= own.last_seq) return;
    this.rooms.set(room, { ...own, last_seq: lastSeq, last_at: lastAt ?? own.last_at });
  }

  /** @param {Room} state @param {number} rev */
  #shared(state, rev) {
    const own = this.rooms.get(state.id);
    if (!own || rev <= (this.#metaRevs.get(state.id) ?? -1)) return;
    this.#metaRevs.set(state.id, rev);
    const lastSeq = Math.max(own.last_seq, state.last_seq);
    this.rooms.set(state.id, { ...own, ...state, last_seq: lastSeq });
    this.histories.get(state.id)?.change((history) => history.dropBelow(state.first_seq));
  }

  /** @param {MemberList} list @param {number} user @param {string | null} role @param {number} rev */
  #putMember(list, user, role, rev) {
    const held = list.rows.get(user);
    if (!held || rev > held.rev) list.rows.set(user, { role, rev });
  }

  /** @param {number} room */
  #forget(room) {
    this.#revs.forget(room);
    for (const held of [this.rooms, this.histories, this.members, this.#metaRevs]) {
      held.delete(room);
    }
  }

  #forgetAll() {
    for (const room of [...this.rooms.keys()]) this.#forget(room);
  }

  #changed() {
    for (const listener of this.#listeners) listener();
  }
}
