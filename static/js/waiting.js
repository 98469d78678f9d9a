/** What waits for the reader, over all rooms: for the title, the icon and the list. */

import { isUnread } from "chat/people.js";

/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @typedef {{ count: number, isUnread: boolean }} Waiting `count`: of what is for the reader alone */

const MOST_SHOWN = 99;

/**
 * Mentions count, and so does a direct room with news. Rooms one wants to hear nothing of do not.
 * @param {Iterable<OwnRoom>} rooms
 * @returns {Waiting}
 */
export function waitingIn(rooms) {
  const unread = [...rooms].filter((room) => room.notify !== "none" && isUnread(room));
  const count = unread.reduce((sum, room) => sum + forReader(room), 0);
  return { count, isUnread: unread.length > 0 };
}

/** @param {OwnRoom} room */
function forReader({ kind, mentions }) {
  return kind === "direct" ? Math.max(1, mentions) : mentions;
}

/** A number that keeps its place. @param {number} count */
export function shortCount(count) {
  return count > MOST_SHOWN ? `${MOST_SHOWN}+` : String(count);
}

/** In front of the page's title. @param {Waiting} waiting */
export function titleMark({ count, isUnread }) {
  if (count > 0) return `(${shortCount(count)}) `;
  return isUnread ? "• " : "";
}
