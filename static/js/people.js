/** How people and rooms are called and told apart. chat/pages.py and templatetags/timeline.py do the same. */

import { t } from "chat/strings.js";

/** @import { OwnRoom, User } from "chat/wire.d.ts" */

const TINTS = 6;

/** @param {User} user */
export function initial(user) {
  return ([...user.name][0] ?? "").toUpperCase();
}

/** @param {User} user */
export function tint(user) {
  return user.id % TINTS + 1;
}

/** The others in a direct room. @param {OwnRoom} room @param {User | null} me @param {Map<number, User>} users */
export function others(room, me, users) {
  return (room.users ?? [])
    .filter((id) => id !== me?.id)
    .map((id) => users.get(id))
    .filter((user) => user !== undefined);
}

/** @param {OwnRoom} room @param {User | null} me @param {Map<number, User>} users */
export function roomTitle(room, me, users) {
  if (room.kind !== "direct") return room.name;
  return others(room, me, users).map((user) => user.name).join(t("joint")) || t("notes");
}

/**
 * Puts names in the order in which the server has put them, so that nothing moves when this takes over.
 * @param {string} a
 * @param {string} b
 */
export function byName(a, b) {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : Number(left > right);
}

/**
 * Puts first where somebody spoke last, as the server does. What was never spoken in comes last.
 * @param {OwnRoom} a
 * @param {OwnRoom} b
 */
export function byRecency(a, b) {
  const [left, right] = [a.last_at ?? "", b.last_at ?? ""];
  return left < right ? 1 : -Number(left > right);
}

/** Whether every word stands somewhere in a name, however it is accented. @param {string} name @param {string} words */
export function isCalled(name, words) {
  const folded = fold(name);
  return fold(words).split(/\s+/).every((word) => folded.includes(word));
}

/** @param {string} text */
function fold(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}

/**
 * Whether one finds it in one's list. A conversation that another has opened is nothing to look at before
 * something is said in it.
 * @param {OwnRoom} room
 * @param {User | null} me
 */
export function isListed({ kind, last_seq, by }, me) {
  return kind !== "direct" || last_seq > 0 || by === null || by === me?.id;
}

/** @param {OwnRoom} room */
export function isUnread(room) {
  return unreadCount(room) > 0;
}

/** @param {OwnRoom} room */
export function unreadCount(room) {
  return Math.max(0, room.last_seq - Math.max(room.read_seq, room.first_seq - 1));
}
