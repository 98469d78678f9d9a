/** What one may do in a room, so that the page offers nothing else. chat/permissions.py decides. */

/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @type {Record<string, number>} */
const RANKS = { member: 1, moderator: 2, owner: 3 };

/** @param {OwnRoom} room */
export function isKeeper({ role }) {
  return role === "owner" || role === "moderator";
}

/** @param {OwnRoom} room */
export function mayChange(room) {
  return room.kind !== "direct" && room.archived_at === null && isKeeper(room);
}

/** @param {OwnRoom} room */
export function mayArchive({ kind, role }) {
  return kind !== "direct" && role === "owner";
}

/** Whether `@room` calls everybody there. @param {OwnRoom} room */
export function mayMentionRoom(room) {
  return isKeeper(room);
}

/** @param {OwnRoom} room */
export function mayLeave({ kind }) {
  return kind !== "direct";
}

/** @param {OwnRoom} room */
export function mayInvite(room) {
  if (room.archived_at !== null) return false;
  return room.kind === "public" || (room.kind === "private" && isKeeper(room));
}

/** @param {OwnRoom} room */
export function mayMakeLinks(room) {
  return mayChange(room);
}

/** @param {OwnRoom} room */
export function mayChangeRoles({ kind, role }) {
  return kind !== "direct" && role === "owner";
}

/** Whether one may remove, mute or ban somebody of this role. @param {OwnRoom} room @param {string | null} role */
export function outranks(room, role) {
  if (room.kind === "direct") return false;
  const rank = role === null ? 0 : RANKS[role] ?? 0;
  return room.role === "owner" || (isKeeper(room) && rank < RANKS[room.role]);
}
