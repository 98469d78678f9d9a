/**
 * A timeline as the lines that are shown: messages grouped by author and day, with what stands between them.
 * chat/pages.py does the same for the page as the server sends it.
 */

import { isMention } from "chat/mentions.js";
import { has, isolated, t } from "chat/strings.js";

/** @import { Entry } from "chat/outbox.js" */
/** @import { Format } from "chat/format.js" */
/** @import { Message, User } from "chat/wire.d.ts" */

/**
 * @typedef {object} MessageRow
 * @property {"message"} kind
 * @property {string} key the same before and after a message of one's own is stored
 * @property {Message} message
 * @property {User | null} author
 * @property {boolean} isHead
 * @property {boolean} isMention
 * @property {boolean} isTarget
 * @property {{ seq: number, author: User | null, text: string } | null} reply
 * @property {Entry | null} entry where it is not stored yet
 * @typedef {{ kind: "blocked", key: string, inside: MessageRow }} BlockedRow what somebody says whom one blocks
 * @typedef {{ kind: "system", key: string, message: Message, text: string, isTarget: boolean }} SystemRow
 * @typedef {{ kind: "day", key: string, at: string }} DayRow
 * @typedef {{ kind: "new", key: string }} NewRow
 * @typedef {MessageRow | BlockedRow | SystemRow | DayRow | NewRow} Row
 */

const GROUP_SPAN = 5 * 60 * 1_000;
const SNIPPET_LENGTH = 140;
// What is hidden stays so, in brief too; and where the text is cut, it may have been closed behind the cut.
const SPOILER = /\|\|(?=\S)[^]*?\S\|\|/g;
const OPEN_SPOILER = /\|\|(?=\S)[^]*/;

/**
 * @param {object} view
 * @param {Message[]} view.messages
 * @param {readonly Entry[]} view.entries what is not stored yet, shown after the last message
 * @param {(seq: number) => Message | undefined} view.find
 * @param {Map<number, User>} view.users
 * @param {User} view.me
 * @param {ReadonlySet<number>} view.blocked
 * @param {number | null} view.firstNew the first message that was unread when the room was opened
 * @param {number | null} view.target the message that a link led to
 * @param {Format} view.format
 * @returns {Row[]}
 */
export function rowsOf(
  { messages, entries, find, users, me, blocked, firstNew, target, format },
) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {Message | null} */
  let last = null;
  const stored = new Set(messages.map((message) => message.author === me.id && message.client_id));
  const pending = entries.filter((entry) => !stored.has(entry.clientId))
    .map((entry) => ({ message: draftOf(entry, me), entry }));
  for (
    const { message, entry } of [
      ...messages.map((message) => ({ message, entry: null })),
      ...pending,
    ]
  ) {
    const text = message.kind === "system" ? systemText(message, users) : null;
    if (message.kind !== "text" && text === null) continue;
    const isNewDay = last === null || format.dayKey(last.at) !== format.dayKey(message.at);
    if (isNewDay) rows.push({ kind: "day", key: `day ${message.at}`, at: message.at });
    const isFirstNew = firstNew !== null && entry === null && message.seq >= firstNew &&
      (last === null || last.seq < firstNew);
    if (isFirstNew) rows.push({ kind: "new", key: "new" });
    const isTarget = entry === null && message.seq === target;
    if (text !== null) {
      rows.push({ kind: "system", key: `s${message.seq}`, message, text, isTarget });
    } else {
      const isBlocked = blocked.has(message.author ?? 0);
      /** @type {MessageRow} */
      const row = {
        kind: "message",
        key: message.author === me.id && message.client_id
          ? `c${message.client_id}`
          : `s${message.seq}`,
        message,
        author: users.get(message.author ?? 0) ?? null,
        isHead: isBlocked || isNewDay || isFirstNew || beginsGroup(message, last),
        isMention: isMention(message, me.id, blocked),
        isTarget,
        reply: replyOf(message, find, users, blocked),
        entry,
      };
      rows.push(isBlocked ? { kind: "blocked", key: `blocked ${row.key}`, inside: row } : row);
    }
    last = message;
  }
  return rows;
}

/**
 * What a system message says, or null if this version does not know its event.
 * @param {Message} message
 * @param {Map<number, User>} users
 */
export function systemText({ event }, users) {
  const name = `system_${event?.name}`;
  if (!event || !has(name)) return null;
  const params = Object.entries(event.params ?? {}).map(([key, value]) => {
    const isPerson = key === "actor" || key === "user";
    const said = isPerson ? users.get(Number(value))?.name ?? t("gone_user") : String(value);
    return [key, isolated(said)];
  });
  return t(name, Object.fromEntries(params));
}

/** @param {Message} message @param {Message | null} last */
function beginsGroup(message, last) {
  return last === null || message.kind !== "text" || last.kind !== "text" ||
    message.author !== last.author || message.reply_to !== null ||
    Date.parse(message.at) - Date.parse(last.at) > GROUP_SPAN;
}

/**
 * @param {Message} message
 * @param {(seq: number) => Message | undefined} find
 * @param {Map<number, User>} users
 * @param {ReadonlySet<number>} blocked
 */
function replyOf({ reply_to: seq }, find, users, blocked) {
  if (seq === null) return null;
  const target = find(seq);
  if (blocked.has(target?.author ?? 0)) return { seq, author: null, text: t("blocked_message") };
  const text = target ? snippetOf(target) : t("reply_gone");
  return { seq, author: users.get(target?.author ?? 0) ?? null, text };
}

/** The beginning of a text, without what is hidden in it. @param {string} body */
export function veiled(body) {
  const beginning = body.slice(0, SNIPPET_LENGTH * 4);
  const shown = beginning.replace(SPOILER, "▒▒▒");
  return beginning.length === body.length ? shown : shown.replace(OPEN_SPOILER, "▒▒▒");
}

/** The beginning of what a message says, on one line. @param {Message} message */
export function snippetOf({ body, deleted_at, attachments }) {
  if (deleted_at !== null) return t("deleted");
  const line = veiled(body).replace(/\s+/g, " ").trim();
  return [...line].slice(0, SNIPPET_LENGTH).join("") || attachments[0]?.name || t("reply_gone");
}

/** @param {Entry} entry @param {User} me @returns {Message} */
function draftOf(entry, me) {
  return {
    seq: Infinity,
    rev: 0,
    kind: "text",
    author: me.id,
    client_id: entry.clientId,
    body: entry.body,
    content: null,
    event: null,
    at: entry.sentAt ?? new Date(entry.at).toISOString(),
    edited_at: null,
    deleted_at: null,
    reply_to: entry.replyTo,
    mentions: [],
    mention_room: false,
    attachments: entry.attachments ?? [],
    reactions: [],
    pinned: false,
  };
}
