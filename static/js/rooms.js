import { OwnPart } from "chat/own-part.js";

/** @import { Mark, Move } from "chat/own-part.js" */
/** @import { OwnRoom, Room } from "chat/wire.d.ts" */

/** @typedef {{ level: OwnRoom["notify"] }} Choice of what one wants to be notified */

/**
 * The reader's rooms: of each, what it is to all its members and the reader's own part in it.
 *
 * A room's shared state comes whole, in a snapshot that may have been read before or after what its feed has
 * told: it is taken only if it is newer than all that was applied, so that it never turns back.
 */
export class Rooms {
  /** @type {Map<number, OwnRoom>} */
  all = new Map();
  /** @type {Map<number, number>} the rev that each room's shared state was read at */
  #readAt = new Map();
  /** @type {Map<number, OwnPart>} */
  #parts = new Map();
  /** @type {Map<number, OwnRoom["notify"]>} what the server has told of each room's notifications */
  #levels = new Map();
  /** @type {Map<number, Choice>} and what was chosen since, until it is answered */
  #choices = new Map();

  /** @param {OwnRoom} room */
  gain(room) {
    this.all.set(room.id, room);
    this.#parts.set(room.id, new OwnPart(room));
    this.#readAt.set(room.id, room.last_rev);
    this.#levels.set(room.id, room.notify);
  }

  /** @param {number} room */
  forget(room) {
    const { all } = this;
    for (const held of [all, this.#readAt, this.#parts, this.#levels, this.#choices]) {
      held.delete(room);
    }
  }

  /** One's own part, which no feed tells. @param {OwnRoom} room */
  setOwn(room) {
    const { id, role, users, mute, reports } = room;
    this.#levels.set(id, room.notify);
    const notify = this.#choices.get(id)?.level ?? room.notify;
    this.#change(id, () => ({ role, notify, users, mute, reports }));
    this.#part(id, (part) => part.tell(room));
  }

  /** It holds at once. @param {number} room @param {Choice} choice */
  choose(room, choice) {
    this.#choices.set(room, choice);
    this.#change(room, () => ({ notify: choice.level }));
  }

  /** Of several choices the last is what is shown, until it is answered. @param {number} room @param {Choice} choice @param {boolean} isStored */
  settleChoice(room, choice, isStored) {
    if (isStored) this.#levels.set(room, choice.level);
    if (this.#choices.get(room) !== choice) return;
    this.#choices.delete(room);
    this.#change(room, ({ notify }) => ({ notify: this.#levels.get(room) ?? notify }));
  }

  /** There is a new message of one's own, or one that mentions one. @param {number} room @param {number} seq @param {Mark["kind"]} kind */
  note(room, seq, kind) {
    this.#part(room, (part) => part.count(seq, kind));
  }

  /** @param {number} room @param {Move} move what was read or unread here */
  move(room, move) {
    this.#part(room, (part) => part.move(move));
  }

  /** @param {number} room @param {Move} move @param {boolean} isStored */
  settle(room, move, isStored) {
    this.#part(room, (part) => part.settle(move, isStored));
  }

  /**
   * @param {Room} state read at `rev` or later
   * @param {number} rev
   * @param {number} applied how far the room was applied before this came
   * @returns {boolean} whether it was taken
   */
  setShared(state, rev, applied) {
    const readAt = Math.max(rev, state.last_rev);
    if (readAt <= Math.max(applied, this.#readAt.get(state.id) ?? 0)) return false;
    this.#readAt.set(state.id, readAt);
    const { kind, name, slug, topic, first_seq, members, archived_at, slow_mode } = state;
    const shared = { kind, name, slug, topic, first_seq, members, archived_at, slow_mode };
    this.#change(state.id, () => shared);
    this.raise(state.id, state.last_seq, state.last_at);
    return true;
  }

  /** Somebody came or went at `rev`, which the count of a later snapshot knows already. @param {number} room @param {number} rev @param {number} difference */
  count(room, rev, difference) {
    if (rev <= (this.#readAt.get(room) ?? 0)) return;
    this.#change(room, ({ members }) => ({ members: members + difference }));
  }

  /** There are messages up to here. @param {number} room @param {number} lastSeq @param {string | null} [lastAt] */
  raise(room, lastSeq, lastAt) {
    this.#change(
      room,
      ({ last_seq, last_at }) =>
        lastSeq > last_seq ? { last_seq: lastSeq, last_at: lastAt ?? last_at } : {},
    );
  }

  /** @param {number} room @param {(part: OwnPart) => void} change */
  #part(room, change) {
    const part = this.#parts.get(room);
    if (!part) return;
    change(part);
    this.#change(room, () => ({ read_seq: part.readSeq, mentions: part.mentions }));
  }

  /** @param {number} room @param {(own: OwnRoom) => Partial<OwnRoom>} changed */
  #change(room, changed) {
    const own = this.all.get(room);
    if (own) this.all.set(room, { ...own, ...changed(own) });
  }
}
