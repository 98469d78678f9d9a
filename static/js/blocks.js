/** What follows from blocking somebody, on the page of the one who blocks. It knows no DOM. */

/** @import { Message, OwnRoom } from "chat/wire.d.ts" */

/**
 * The other one of a direct room of two, if one has blocked them: there is nothing to be said there then.
 * @param {OwnRoom} room
 * @param {number | undefined} me
 * @param {ReadonlySet<number>} blocked
 * @returns {number | null}
 */
export function blockedPartner({ kind, users = [] }, me, blocked) {
  const others = users.filter((id) => id !== me);
  const isBlocked = kind === "direct" && others.length === 1 && blocked.has(others[0]);
  return isBlocked ? others[0] : null;
}

/**
 * How far a room counts as read: what blocked people say next after what was read is nothing to come back for.
 * Messages in between that are not given, or of others, end it.
 * @param {OwnRoom} room
 * @param {Message[]} messages
 * @param {ReadonlySet<number>} blocked
 */
export function readUpTo({ read_seq, first_seq }, messages, blocked) {
  let read = Math.max(read_seq, first_seq - 1);
  for (const { seq, author } of messages.toSorted((a, b) => a.seq - b.seq)) {
    if (seq === read + 1 && author !== null && blocked.has(author)) read = seq;
  }
  return read;
}
