/** One line of a timeline as an element. */

import { addressOf } from "chat/addresses.js";
import { buildAttachment } from "chat/components/attachment.js";
import { clone, fillAvatar, keepIf, part } from "chat/components/markup.js";
import { buildRichText } from "chat/rich-text.js";
import { has, t } from "chat/strings.js";

/** @import { Entry } from "chat/outbox.js" */
/** @import { Format } from "chat/format.js" */
/** @import { BlockedRow, MessageRow, Row, SystemRow } from "chat/rows.js" */
/** @import { OwnRoom, User } from "chat/wire.d.ts" */

/** @typedef {{ room: OwnRoom, format: Format, now: number, users: Map<number, User>, me: User }} Context */

/** What an element was built from, in short. @param {Row} row @param {Context} context @returns {string} */
export function signatureOf(row, context) {
  const { format, now, users } = context;
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
      const state = [stateOf(entry), entry?.reason, entry?.isDoubtful];
      const named = message.mentions.map((id) => users.get(id)?.name);
      return JSON.stringify([...state, message.rev, reply?.text, ...of, ...named]);
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
 * Turns a line that was on its way into a stored one, in place: nothing moves, and nothing is read out twice. What
 * was unfolded stays so.
 * @param {HTMLElement} element
 * @param {Row} row
 * @param {Context} context
 */
export function settleRow(element, row, context) {
  if (row.kind === "blocked") {
    part(element, ".message").replaceWith(buildMessage(row.inside, context));
    return true;
  }
  const isSettling = row.kind === "message" && element.classList.contains("is-pending") &&
    stateOf(row.entry) === "" && row.message.content === null && row.reply === null &&
    row.isHead === element.classList.contains("is-head") && !row.isMention;
  if (!isSettling) return false;
  element.classList.remove("is-pending");
  element.querySelector(".message__state")?.remove();
  fillPlace(element, row, context);
  return true;
}

/** @param {string} at @param {Context} context */
function buildDay(at, { format, now }) {
  const element = clone("day");
  const time = /** @type {HTMLTimeElement} */ (part(element, "time"));
  time.dateTime = at.slice(0, 10);
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
  if (row.isTarget) element.tabIndex = -1;
  const avatar = keepIf(element, ".avatar", row.isHead);
  if (avatar) fillAvatar(avatar, author);
  fillAuthor(element, author, row.isHead);
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
  const reader = { document, users: context.users, me: context.me.id };
  if (message.content) text?.replaceChildren(buildRichText(message.content, reader));
  else if (text) text.textContent = message.body;
  const files = keepIf(element, ".attachments", message.attachments.length > 0);
  files?.replaceChildren(...message.attachments.map((file) => buildAttachment(file, format)));
  keepIf(element, ".message__edited", message.edited_at !== null && !isDeleted);
  fillState(element, entry, context.room);
  return element;
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

/** @param {HTMLElement} element @param {Entry | null} entry @param {OwnRoom} room */
function fillState(element, entry, room) {
  const state = stateOf(entry);
  if (entry) element.dataset.clientId = entry.clientId;
  element.classList.toggle("is-pending", state === "pending");
  element.classList.toggle("is-failed", state === "failed");
  const line = keepIf(element, ".message__state", state !== "");
  if (!line) return;
  keepIf(line, ".message__waiting", state === "pending");
  const failed = keepIf(line, ".message__failed", state === "failed");
  if (!failed) return;
  const isFileGone = entry?.reason === "not_found" && (entry.attachments ?? []).length > 0;
  const reason = entry?.isDoubtful ? "unsure" : `failed_${isFileGone ? "files" : entry?.reason}`;
  const texts = [`${reason}_${room.kind}`, reason, "failed"];
  part(failed, ".message__reason").textContent = t(texts.find(has) ?? "");
  for (const way of ["edit", "delete"]) keepIf(failed, `[data-do="${way}"]`, !entry?.isDoubtful);
}

/** @param {Entry | null} entry @returns {"" | "pending" | "failed"} */
function stateOf(entry) {
  if (entry === null || entry.state === "sent") return "";
  return entry.state === "failed" ? "failed" : "pending";
}
