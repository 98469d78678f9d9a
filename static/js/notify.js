/**
 * Of what one is notified: decided here, without a page. What a notification shows, too.
 */

import { isMention } from "chat/mentions.js";
import { lineOf } from "chat/rows.js";
import { isolatedIfTurning, t } from "chat/strings.js";

/** @import { Message, OwnRoom, User } from "chat/wire.d.ts" */

/** @typedef {{ room: number, seq: number, title: string, body: string, tag: string }} Notice */

const BODY_LENGTH = 140;

/**
 * Whether a message that has just come is worth a notification to its reader, wherever they look.
 * @param {Message} message
 * @param {object} reader
 * @param {OwnRoom} reader.room
 * @param {number} reader.me
 * @param {ReadonlySet<number>} reader.blocked
 * @param {string | null} reader.dndUntil
 * @param {number} reader.now in milliseconds since 1970
 */
export function isWorthNotice(message, { room, me, blocked, dndUntil, now }) {
  if (message.kind !== "text" || message.deleted_at !== null) return false;
  if (message.author === null || message.author === me || blocked.has(message.author)) return false;
  if (message.seq <= room.read_seq || isQuiet(dndUntil, now)) return false;
  if (room.notify === "all") return true;
  return room.notify === "mentions" && isMention(message, me, blocked);
}

/** Whether one does not want to be disturbed now. @param {string | null} dndUntil @param {number} now */
export function isQuiet(dndUntil, now) {
  return dndUntil !== null && Date.parse(dndUntil) > now;
}

/**
 * One for each room: a later message takes the place of the one before.
 * @param {Message} message
 * @param {OwnRoom} room
 * @param {{ author: string, title: string, users: ReadonlyMap<number, User> }} names `users` for those whom it mentions
 * @returns {Notice}
 */
export function noticeOf(message, room, { author, title, users }) {
  return {
    room: room.id,
    seq: message.seq,
    title: room.kind === "direct" ? author : [author, title].map(isolatedIfTurning).join(" · "),
    body: shortened(lineOf(message, users)),
    tag: tagOf(room.id),
  };
}

/**
 * Whether something worth a notification was said in a room between two looks at it.
 * @param {OwnRoom} now
 * @param {OwnRoom} before
 */
export function hasMissed({ notify, last_seq, read_seq, mentions }, before) {
  if (notify === "all") return last_seq > Math.max(before.last_seq, read_seq);
  return notify === "mentions" && mentions > before.mentions;
}

/** One for what was missed: its words are not at hand. @param {OwnRoom} room @param {string} title @returns {Notice} */
export function missedNoticeOf({ id, last_seq }, title) {
  return { room: id, seq: last_seq, title, body: t("said_meanwhile"), tag: tagOf(id) };
}

/** Until when it is quiet: so many hours from now, or the next morning. @param {"hour" | "evening" | "morning"} choice @param {number} now */
export function quietUntil(choice, now) {
  const end = new Date(now);
  if (choice === "hour") end.setHours(end.getHours() + 1);
  if (choice === "evening") end.setHours(end.getHours() + 4);
  if (choice === "morning") {
    if (end.getHours() >= 8) end.setDate(end.getDate() + 1);
    end.setHours(8, 0, 0, 0);
  }
  return end.toISOString();
}

/** A room has one notification. @param {number} room */
function tagOf(room) {
  return `room-${room}`;
}

/** @param {string} line */
function shortened(line) {
  const characters = [...line];
  if (characters.length <= BODY_LENGTH) return characters.join("");
  return `${characters.slice(0, BODY_LENGTH - 1).join("")}…`;
}
