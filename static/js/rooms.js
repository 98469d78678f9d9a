/** @import { OwnRoom, Room } from "chat/wire.d.ts" */

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

  /** @param {OwnRoom} room */
  gain(room) {
    this.all.set(room.id, room);
    this.#readAt.set(room.id, room.last_rev);
  }

  /** @param {number} room */
  forget(room) {
    this.all.delete(room);
    this.#readAt.delete(room);
  }

  /** One's own part, which no feed tells. @param {OwnRoom} room */
  setOwn({ id, role, read_seq, mentions, notify, users }) {
    this.#change(id, () => ({ role, read_seq, mentions, notify, users }));
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

  /** @param {number} room @param {number} seq */
  markRead(room, seq) {
    this.#change(room, ({ read_seq }) => seq > read_seq ? { read_seq: seq, mentions: 0 } : {});
  }

  /** @param {number} room @param {(own: OwnRoom) => Partial<OwnRoom>} changed */
  #change(room, changed) {
    const own = this.all.get(room);
    if (own) this.all.set(room, { ...own, ...changed(own) });
  }
}
