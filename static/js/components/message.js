/** One line of a timeline as an element. */

import { addressOf } from "chat/addresses.js";
import { buildAttachment } from "chat/components/attachment.js";
import { clone, fillAvatar, keepIf, part } from "chat/components/markup.js";
import { fillReactions } from "chat/components/reaction-pills.js";
import { addCodeButtons } from "chat/components/text-actions.js";
import { dayOf } from "chat/days.js";
import { isFewEmoji } from "chat/few-emoji.js";
import { refusalOf } from "chat/refusals.js";
import { buildRichText } from "chat/rich-text.js";
import { has, t } from "chat/strings.js";

/** @import { Edit, Edits } from "chat/edits.js" */
/** @import { Entry } from "chat/outbox.js" */
/** @import { Format } from "chat/format.js" */
/** @import { BlockedRow, MessageRow, Row, SystemRow } from "chat/rows.js" */
/** @import { Reader } from "chat/rich-text.js" */
/** @import { Reactions } from "chat/reactions.js" */
/** @import { Message, OwnRoom, User } from "chat/wire.d.ts" */

/**
 * @typedef {object} Context
 * @property {OwnRoom} room
 * @property {User} me
 * @property {Map<number, User>} users
 * @property {Format} format
 * @property {number} now
 * @property {Edits} edits
 * @property {Reactions} reactions
 * @property {boolean} mayPost whether anything may be said in the room now
 */

/** What an element was built from, in short; below it what hangs on the message. @param {Row} row @param {Context} context @returns {string} */
export function signatureOf(row, context) {
  const { room, format, now, edits } = context;
  switch (row.kind) {
    case "day":
      return format.day(row.at, now);
    case "new":
      return "";
    case "system":
      return [row.text, row.isTarget].join();
    case "blocked":
      return signatureOf(row.inside, context);
    case "message": {
      const { message, author, reply, entry } = row;
      const of = [row.isHead, row.isMention, row.isTarget, author?.name, author?.avatar];
      const edit = edits.of(room.id, message);
      const state = [stateOf(entry), entry?.reason, entry?.isDoubtful, edit?.state, edit?.body];
      const named = message.mentions.map((id) => context.users.get(id)?.name);
      const quoted = [reply?.text, reply?.author?.name];
      const said = JSON.stringify([...state, stampOf(message), ...quoted, ...of, ...named]);
      return `${said}\n${hangingOn(message, context)}`;
    }
  }
}

/** @param {Row} row @param {Context} context @returns {HTMLElement} */
export function buildRow(row, context) {
  switch (row.kind) {
    case "day":
      return buildDay(row.at, context);
    case "new":
      return clone("new");
    case "system":
      return buildSystem(row, context);
    case "blocked":
      return buildBlocked(row, context);
    case "message":
      return buildMessage(row, context);
  }
}

/**
 * Changes an element where building it anew would be felt: what has the focus would lose it, what was read out
 * would be read out again, and what was unfolded would close.
 * @param {HTMLElement} element
 * @param {Row} row
 * @param {Context} context
 * @param {string} before what it was built from
 */
export function patchRow(element, row, context, before) {
  if (row.kind === "blocked") {
    part(element, ".message").replaceWith(buildMessage(row.inside, context));
    return true;
  }
  if (row.kind !== "message") return false;
  const [saidBefore] = before.split("\n");
  const [said] = signatureOf(row, context).split("\n");
  if (saidBefore !== said) return settleRow(element, row, context);
  hangReactions(element, row.message, context);
  return true;
}

/** @type {WeakMap<Message, string>} a message is never changed, but replaced */
const stamps = new WeakMap();

/** A message without what is read off its text and what is hung on it. @param {Message} message */
function stampOf(message) {
  const known = stamps.get(message);
  if (known !== undefined) return known;
  const { body } = message;
  const bare = { ...message, body: body.length, content: null, reactions: null, rev: 0 };
  const stamp = JSON.stringify(bare);
  stamps.set(message, stamp);
  return stamp;
}

/** @param {Message} message @param {Context} context */
function hangingOn(message, { room, me, users, reactions, mayPost }) {
  const shown = reactions.shown(room.id, message, me.id);
  const named = shown.map((one) => [one, one.users.map((id) => users.get(id)?.name)]);
  return shown.length > 0 ? JSON.stringify([mayPost, ...named]) : "";
}

/** @param {HTMLElement} element @param {Message} message @param {Context} context */
function hangReactions(element, message, { room, me, users, reactions, format, mayPost }) {
  const container = part(element, ".reactions");
  const shown = reactions.shown(room.id, message, me.id);
  fillReactions(container, shown, { users, format, isOpen: mayPost });
}

/**
 * Turns a line that was on its way into a stored one, in place: nothing moves, and nothing is read out twice.
 * @param {HTMLElement} element
 * @param {MessageRow} row
 * @param {Context} context
 */
function settleRow(element, row, context) {
  const isSettling = element.matches(".is-pending:not([data-seq])") &&
    stateOf(row.entry) === "" && row.message.content === null && row.reply === null &&
    row.isHead === element.classList.contains("is-head") && !row.isMention;
  if (!isSettling) return false;
  element.classList.remove("is-pending");
  element.querySelector(".message__state")?.remove();
  fillPlace(element, row, context);
  hangReactions(element, row.message, context);
  return true;
}

/** @param {string} at @param {Context} context */
function buildDay(at, { format, now }) {
  const element = clone("day");
  const time = /** @type {HTMLTimeElement} */ (part(element, "time"));
  time.dateTime = dayOf(at);
  time.textContent = format.day(at, now);
  return element;
}

/** @param {SystemRow} row @param {Context} context */
function buildSystem(row, context) {
  const element = clone("system");
  part(element, ".system__text").textContent = row.text;
  element.classList.toggle("is-target", row.isTarget);
  fillPlace(element, row, context);
  return element;
}

/** @param {BlockedRow} row @param {Context} context */
function buildBlocked({ inside }, context) {
  const element = /** @type {HTMLDetailsElement} */ (clone("blocked"));
  element.append(buildMessage(inside, context));
  element.open = inside.isTarget;
  return element;
}

/** @param {MessageRow} row @param {Context} context */
function buildMessage(row, context) {
  const { message, author, reply, entry } = row;
  const { format } = context;
  const element = clone("message");
  element.classList.toggle("is-head", row.isHead);
  element.classList.toggle("is-mention", row.isMention);
  element.classList.toggle("is-target", row.isTarget);
  element.tabIndex = -1; // components/roving.js leads the keyboard here
  const avatar = keepIf(element, ".avatar", row.isHead);
  if (avatar) fillAvatar(avatar, author);
  fillAuthor(element, author, row.isHead);
  keepIf(element, ".message__pin", message.pinned);
  fillPlace(element, row, context);
  const quote = keepIf(element, ".message__reply", reply !== null);
  if (quote && reply) {
    quote.setAttribute("href", addressOf(context.room, reply.seq));
    part(quote, ".message__reply-author").textContent = reply.author?.name ?? "";
    part(quote, ".message__reply-text").textContent = reply.text;
  }
  const isDeleted = message.deleted_at !== null;
  keepIf(element, ".message__deleted", isDeleted);
  const text = keepIf(element, ".message__text", !isDeleted);
  const edit = context.edits.of(context.room.id, message);
  const reader = { document, users: context.users, me: context.me.id };
  if (text) fillText(text, edit ? { ...message, body: edit.body, content: null } : message, reader);
  const files = keepIf(element, ".attachments", message.attachments.length > 0);
  files?.replaceChildren(...message.attachments.map((file) => buildAttachment(file, format)));
  keepIf(element, ".message__edited", message.edited_at !== null && !isDeleted);
  hangReactions(element, message, context);
  fillState(element, entry, edit, context.room);
  return element;
}

/** @param {HTMLElement} element @param {Pick<Message, "body" | "content">} message @param {Reader} reader */
export function fillText(element, { body, content }, reader) {
  if (content) element.replaceChildren(buildRichText(content, reader));
  else element.textContent = body;
  if (content) addCodeButtons(element);
  element.classList.toggle("is-large", isFewEmoji(body));
}

/**
 * At the head of a group the way to somebody's card; below it the name is only said.
 * @param {HTMLElement} element @param {User | null} author @param {boolean} isHead
 */
function fillAuthor(element, author, isHead) {
  const button = keepIf(element, "button.message__author", isHead && author !== null);
  const plain = keepIf(element, "bdi.message__author", button === null);
  (plain ?? part(/** @type {HTMLElement} */ (button), "bdi")).textContent = author?.name ??
    t("gone_user");
  if (author === null || button === null) return;
  button.dataset.profile = String(author.id);
  part(element, ".avatar").dataset.profile = String(author.id);
}

/** Where and when: the seq, the time and the link to it. @param {HTMLElement} element @param {MessageRow | SystemRow} row @param {Context} context */
function fillPlace(element, row, { room, format }) {
  const { message } = row;
  const isStored = Number.isFinite(message.seq);
  const time = /** @type {HTMLTimeElement} */ (part(element, "time"));
  time.dateTime = message.at;
  time.textContent = format.time(message.at);
  const link = part(element, ".message__time");
  link.title = format.full(message.at);
  if (isStored) {
    element.dataset.seq = String(message.seq);
    link.setAttribute("href", addressOf(room, message.seq));
  } else link.removeAttribute("href");
}

/** @param {HTMLElement} element @param {Entry | null} entry @param {Edit | undefined} edit @param {OwnRoom} room */
function fillState(element, entry, edit, room) {
  const state = edit ? stateOfEdit(edit) : stateOf(entry);
  if (entry) element.dataset.clientId = entry.clientId;
  element.classList.toggle("is-pending", state === "pending");
  element.classList.toggle("is-failed", state === "failed");
  if (state === "") return;
  const line = clone("message-state");
  element.append(line);
  keepIf(line, ".message__waiting", state === "pending");
  const unsaved = keepIf(line, ".message__unsaved", state === "failed" && edit !== undefined);
  if (unsaved) part(unsaved, ".message__reason").textContent = whyUnsaved(edit?.reason ?? null);
  const failed = keepIf(line, ".message__failed", state === "failed" && edit === undefined);
  if (!failed) return;
  const isFileGone = entry?.reason === "not_found" && (entry.attachments ?? []).length > 0;
  const reason = entry?.isDoubtful ? "unsure" : `failed_${isFileGone ? "files" : entry?.reason}`;
  const texts = [`${reason}_${room.kind}`, reason, "failed"];
  part(failed, ".message__reason").textContent = t(texts.find(has) ?? "");
  for (const way of ["edit", "delete"]) keepIf(failed, `[data-do="${way}"]`, !entry?.isDoubtful);
}

/** @param {Edit} edit @returns {"" | "pending" | "failed"} */
function stateOfEdit({ state }) {
  if (state === "saved") return "";
  return state === "failed" ? "failed" : "pending";
}

/** @param {string | null} code */
function whyUnsaved(code) {
  return t("couldnt_edit", { reason: refusalOf(code) });
}

/** @param {Entry | null} entry @returns {"" | "pending" | "failed"} */
function stateOf(entry) {
  if (entry === null || entry.state === "sent") return "";
  return entry.state === "failed" ? "failed" : "pending";
}
