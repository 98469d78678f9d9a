/** @import { Member, MembersPage } from "chat/wire.d.ts" */

/** @typedef {{ role: string | null, rev: number }} MemberRow */
/** @typedef {{ rows: Map<number, MemberRow>, more: boolean, high: number }} MemberList `high`: the last that was loaded */

/** Who is in the rooms whose members are held, and the rev at which that was known. */
export class Members {
  /** @type {Map<number, MemberList>} */
  lists = new Map();
  /** @type {Map<number, number>} how often each room's list was let go */
  #eras = new Map();

  /** What was asked for in another is of a list that was let go since. @param {number} room */
  eraOf(room) {
    return this.#eras.get(room) ?? 0;
  }

  /** Lets a list go: what changed in it was not told. @param {number} room */
  drop(room) {
    this.lists.delete(room);
    this.#eras.set(room, this.eraOf(room) + 1);
  }

  /** @param {number} room @param {MembersPage} page @param {number} rev its rows are no older */
  load(room, page, rev) {
    const list = this.lists.get(room) ?? { rows: new Map(), more: false, high: 0 };
    this.lists.set(room, list);
    list.more = page.more;
    list.high = page.members.at(-1)?.user ?? list.high;
    for (const member of page.members) this.put(room, member, rev);
  }

  /**
   * @param {number} room
   * @param {Member} member
   * @param {number} rev
   * @returns {number} by how many the room has grown, as far as that is not known already
   */
  put(room, { user, role }, rev) {
    const rows = this.lists.get(room)?.rows;
    const before = rows?.get(user);
    if (before && rev <= before.rev) return 0;
    rows?.set(user, { role, rev });
    // Of those who are not held, a plain member is a newcomer and any other has been one.
    const wasIn = before ? before.role !== null : role !== "member";
    return Number(role !== null) - Number(wasIn);
  }
}
