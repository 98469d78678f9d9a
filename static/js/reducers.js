/**
 * One reducer per event: what follows for what this client knows. It knows no DOM and no socket.
 *
 * A change is applied in its turn (revs.js says when that is), and to a row only if the change's rev is
 * higher than the row's: the same change twice, or an old one over newer rows, does no harm.
 */

import { isMention } from "chat/mentions.js";

/** @import { Members } from "chat/members.js" */
/** @import { Revs } from "chat/revs.js" */
/** @import { Rooms } from "chat/rooms.js" */
/** @import { Store } from "chat/store.js" */
/**
 * @import { MemberEvent, MembershipEvent, Message, MessageEvent, OwnRoom, ResetEvent, Room, RoomEvent, ServerEvent,
 *   SyncEvent, User, WelcomeEvent } from "chat/wire.d.ts"
 */

export class Reducers {
  #store;
  #rooms;
  #members;
  #revs;

  /** Those three are the store's own. @param {Store} store @param {Rooms} rooms @param {Members} members @param {Revs} revs */
  constructor(store, rooms, members, revs) {
    this.#store = store;
    this.#rooms = rooms;
    this.#members = members;
    this.#revs = revs;
  }

  /** @param {ServerEvent} event */
  reduce(event) {
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
        this.#store.endings.set(event.room, event.reason);
        return this.#forget(event.room);
      case "user":
        return this.learn([event.user]);
    }
  }

  /** What is told of people, with an event or with what was asked for. @param {User[]} users */
  learn(users) {
    const store = this.#store;
    for (const user of users) store.users.set(user.id, user);
    if (store.me) store.me = store.users.get(store.me.id) ?? store.me;
  }

  /** @param {WelcomeEvent} event */
  #welcome(event) {
    const store = this.#store;
    const isAnother = store.server?.epoch !== event.server.epoch;
    if (isAnother) this.#forgetAll();
    store.me = event.me.user;
    store.blocked = new Set(event.me.blocked);
    store.dndUntil = event.me.dnd_until;
    store.server = event.server;
    this.learn([event.me.user, ...event.users]);
    const present = new Set(event.rooms.map((room) => room.id));
    for (const id of [...this.#rooms.all.keys()]) if (!present.has(id)) this.#forget(id);
    for (const room of event.rooms) {
      const held = this.#rooms.all.get(room.id);
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
    this.#store.endings.delete(room.id);
    this.#rooms.gain(room);
    this.#revs.set(room.id, room.last_rev);
    if (!isFirst) this.#revs.want(room.id);
  }

  /** A welcome that comes again may have been read before what came live. @param {OwnRoom} room */
  #meetAgain(room) {
    this.#rooms.setOwn(room);
    this.#share(room, room.last_rev, this.#revs.of(room.id));
    const isResumed = this.#store.histories.get(room.id)?.isStale === false;
    if (isResumed) return;
    this.#members.drop(room.id); // what changed meanwhile will not be told
    this.#store.pins.delete(room.id);
    this.#startFrom(room.id, Math.max(room.last_rev, this.#revs.of(room.id)));
  }

  /** @param {MessageEvent} event */
  #message(event) {
    const { room, message } = event;
    if (!this.#mayApply(room, message.rev, event)) return;
    this.#note(room, message);
    this.#rooms.raise(room, message.seq, message.at);
    this.#store.histories.get(room)?.change((history) => history.apply(message));
    this.#store.pins.get(room)?.apply(message);
  }

  /** @param {RoomEvent} event */
  #room(event) {
    const before = this.#revs.of(event.room.id);
    if (this.#mayApply(event.room.id, event.rev, event)) {
      this.#share(event.room, event.rev, before);
    }
  }

  /** @param {MemberEvent} event */
  #member(event) {
    const { room, rev } = event;
    if (!this.#mayApply(room, rev, event)) return;
    if (event.profile) this.learn([event.profile]);
    this.#rooms.count(room, rev, this.#members.put(room, event, rev));
  }

  /** @param {SyncEvent} event */
  #sync(event) {
    const { room, rev } = event;
    const before = this.#revs.of(room);
    if (!this.#rooms.all.has(room) || !this.#revs.catchUp(room, event)) return;
    this.learn(event.users);
    const ascending = event.messages.toSorted((a, b) => a.seq - b.seq);
    for (const message of ascending) this.#note(room, message);
    const newest = ascending.at(-1);
    if (newest) this.#rooms.raise(room, newest.seq, newest.at);
    this.#store.histories.get(room)?.change((history) => {
      for (const message of [...event.replied, ...event.messages]) history.apply(message);
    });
    for (const message of event.messages) this.#store.pins.get(room)?.apply(message);
    for (const member of event.members) this.#members.put(room, member, rev);
    if (event.room_state) this.#share(event.room_state, rev, before);
    this.#retryEarly(room);
  }

  /** @param {ResetEvent} event */
  #reset({ room, rev, room_state }) {
    if (!this.#rooms.all.has(room)) return;
    if (room_state) this.#share(room_state, rev, this.#revs.of(room));
    this.#store.histories.get(room)?.outdate(rev);
    this.#members.drop(room);
    this.#store.pins.delete(room);
    this.#startFrom(room, rev);
  }

  /** @param {MembershipEvent} event */
  #membership({ room, users }) {
    this.learn(users ?? []);
    if (!this.#rooms.all.has(room.id)) return this.#gain(room);
    // Its shared part may be older or newer than what the feed has told: that part is the feed's.
    this.#rooms.setOwn(room);
    this.#rooms.raise(room.id, room.last_seq, room.last_at);
  }

  /** @param {number} room @param {number} rev @param {ServerEvent} event */
  #mayApply(room, rev, event) {
    return this.#rooms.all.has(room) && this.#revs.advance(room, rev, event);
  }

  /** Goes on from a snapshot, with what has come already and is later. @param {number} room @param {number} rev */
  #startFrom(room, rev) {
    this.#revs.set(room, rev);
    this.#retryEarly(room);
  }

  /** @param {number} room */
  #retryEarly(room) {
    for (const early of this.#revs.takeEarly(room)) this.reduce(early);
  }

  /** What a message means for one's own part; whether it is new, that part knows. @param {number} room @param {Message} message */
  #note(room, message) {
    const me = this.#store.me?.id;
    if (me === undefined) return;
    if (message.author === me) this.#rooms.note(room, message.seq, "own");
    else if (isMention(message, me, this.#store.blocked)) {
      this.#rooms.note(room, message.seq, "mention");
    }
  }

  /** @param {Room} state @param {number} rev @param {number} applied */
  #share(state, rev, applied) {
    if (!this.#rooms.setShared(state, rev, applied)) return;
    this.#store.histories.get(state.id)?.change((history) => history.dropBelow(state.first_seq));
    this.#store.pins.get(state.id)?.dropBelow(state.first_seq);
  }

  /** @param {number} room */
  #forget(room) {
    this.#revs.forget(room);
    this.#store.histories.delete(room);
    this.#members.drop(room);
    this.#rooms.forget(room);
  }

  #forgetAll() {
    for (const room of [...this.#rooms.all.keys()]) this.#forget(room);
  }
}
