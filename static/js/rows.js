/**
 * A timeline as the lines that are shown: messages grouped by author and day, with what stands between them.
 * chat/pages.py does the same for the page as the server sends it.
 */

import { isMention } from "chat/mentions.js";
import { HIDDEN, plainText } from "chat/rich-text.js";
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
 * @typedef {object} Said what a timeline is made of
 * @property {readonly Message[]} messages
 * @property {readonly Entry[]} entries what is not stored yet, shown after the last message
 * @property {(seq: number) => Message | undefined} find
 * @property {Map<number, User>} users
 * @property {User} me
 * @property {ReadonlySet<number>} blocked
 * @property {number | null} firstNew the first message that was unread when the room was opened
 * @property {number | null} target the message that a link led to
 * @property {Format} format
 */

/** @typedef {{ message: Message, entry: Entry | null }} One */

/** @param {Said} said @returns {Row[]} */
export function rowsOf(said) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {Message | null} */
  let last = null;
  for (const one of inOrder(said)) {
    const { message } = one;
    const text = message.kind === "system" ? systemText(message, said.users) : null;
    if (message.kind !== "text" && text === null) continue;
    const between = betweenOf(last, one, said);
    const isHead = between.length > 0 || beginsGroup(message, last);
    rows.push(
      ...between,
      text === null ? messageRow(one, isHead, said) : systemRow(one, text, said),
    );
    last = message;
  }
  return rows;
}

/** What is stored, and what is not yet and does not stand among it. @param {Said} said @returns {One[]} */
function inOrder({ messages, entries, me }) {
  const stored = new Set(messages.map((message) => message.author === me.id && message.client_id));
  const pending = entries.filter((entry) => !stored.has(entry.clientId));
  return [
    ...messages.map((message) => ({ message, entry: null })),
    ...pending.map((entry) => ({ message: draftOf(entry, me), entry })),
  ];
}

/** What stands between two messages. @param {Message | null} last @param {One} one @param {Said} said @returns {Row[]} */
function betweenOf(last, { message, entry }, { firstNew, format }) {
  const { at, seq } = message;
  const isNewDay = last === null || format.dayKey(last.at) !== format.dayKey(at);
  const isFirstNew = firstNew !== null && entry === null && seq >= firstNew &&
    (last === null || last.seq < firstNew);
  return [
    ...isNewDay ? [/** @type {DayRow} */ ({ kind: "day", key: `day ${at}`, at })] : [],
    ...isFirstNew ? [/** @type {NewRow} */ ({ kind: "new", key: "new" })] : [],
  ];
}

/** @param {One} one @param {string} text @param {Said} said @returns {SystemRow} */
function systemRow({ message, entry }, text, { target }) {
  const isTarget = entry === null && message.seq === target;
  return { kind: "system", key: `s${message.seq}`, message, text, isTarget };
}

/** @param {One} one @param {boolean} isHead @param {Said} said @returns {MessageRow | BlockedRow} */
function messageRow({ message, entry }, isHead, { find, users, me, blocked, target }) {
  const isBlocked = blocked.has(message.author ?? 0);
  const isMine = message.author === me.id && message.client_id;
  /** @type {MessageRow} */
  const row = {
    kind: "message",
    key: isMine ? `c${message.client_id}` : `s${message.seq}`,
    message,
    author: users.get(message.author ?? 0) ?? null,
    isHead: isHead || isBlocked,
    isMention: isMention(message, me.id, blocked),
    isTarget: entry === null && message.seq === target,
    reply: replyOf(message, find, users, blocked),
    entry,
  };
  return isBlocked ? { kind: "blocked", key: `blocked ${row.key}`, inside: row } : row;
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
  const text = target ? snippetOf(target, users) : t("reply_gone");
  return { seq, author: users.get(target?.author ?? 0) ?? null, text };
}

/** The beginning of a text, without what is hidden in it. @param {string} body */
function veiled(body) {
  const beginning = body.slice(0, SNIPPET_LENGTH * 4);
  const shown = beginning.replace(SPOILER, HIDDEN);
  return beginning.length === body.length ? shown : shown.replace(OPEN_SPOILER, HIDDEN);
}

/** What a message says, on one line. @param {Message} message @param {ReadonlyMap<number, User>} users */
export function lineOf({ body, content, deleted_at, attachments }, users) {
  if (deleted_at !== null) return t("deleted");
  const line = (content ? plainText(content, users) : veiled(body)).replace(/\s+/g, " ").trim();
  return line || attachments[0]?.name || t("reply_gone");
}

/** Its beginning. @param {Message} message @param {ReadonlyMap<number, User>} users */
export function snippetOf(message, users) {
  return [...lineOf(message, users)].slice(0, SNIPPET_LENGTH).join("");
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
