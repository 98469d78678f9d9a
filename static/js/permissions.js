/**
 * What a reader may do with a message. The server decides (chat/permissions.py); this only spares people the
 * offer of what it would refuse.
 */

import { outranks } from "chat/may.js";

/** @import { Message, OwnRoom, User } from "chat/wire.d.ts" */

/** @typedef {"react" | "reply" | "unread" | "edit" | "copy_text" | "copy_link" | "pin" | "unpin" | "report" | "moderate" | "delete"} Deed */

const KEEPERS = ["owner", "moderator"];

/**
 * @param {Message} message
 * @param {object} reader
 * @param {OwnRoom} reader.room
 * @param {User} reader.me
 * @param {boolean} reader.mayPost whether anything may be said in the room now
 * @param {string | null} [reader.role] of the author in the room; null for who is no member, or not known as one
 * @returns {Set<Deed>}
 */
export function deedsOn(message, { room, me, mayPost, role = null }) {
  /** @type {Set<Deed>} */
  const deeds = new Set(["copy_link", "unread"]);
  if (message.kind !== "text" || message.deleted_at !== null) return deeds;
  const isMine = message.author === me.id;
  const keepsOrder = KEEPERS.includes(room.role);
  deeds.add("copy_text");
  if (!isMine) deeds.add("report");
  if (isMine || keepsOrder) deeds.add("delete");
  if (!isMine && role !== null && outranks(room, role)) deeds.add("moderate");
  if (!mayPost) return deeds;
  deeds.add("react").add("reply");
  if (isMine) deeds.add("edit");
  if (room.kind === "direct" || keepsOrder) deeds.add(message.pinned ? "unpin" : "pin");
  return deeds;
}
