/** One line of a timeline as an element. */

import { addressOf } from "chat/addresses.js";
import { clone, fillAvatar, keepIf, part } from "chat/components/markup.js";
import { reasonOf } from "chat/refusals.js";
import { buildRichText } from "chat/rich-text.js";
import { has, t } from "chat/strings.js";

/** @import { Edit, Edits } from "chat/edits.js" */
/** @import { Entry } from "chat/outbox.js" */
/** @import { Format } from "chat/format.js" */
/** @import { MessageRow, Row, SystemRow } from "chat/rows.js" */
/** @import { Message, OwnRoom } from "chat/wire.d.ts" */

/** @typedef {{ room: OwnRoom, format: Format, now: number, edits: Edits }} Context */

/** What an element was built from, in short. @param {Row} row @param {Context} context @returns {string} */
export function signatureOf(row, { room, format, now, edits }) {
  switch (row.kind) {
    case "day":
      return format.day(row.at, now);
    case "new":
      return "";
    case "system":
      return [row.text, row.isTarget].join();
    case "message": {
      const { message, author, reply, entry } = row;
      const of = [row.isHead, row.isMention, row.isTarget, author?.name, author?.avatar];
      const edit = edits.of(room.id, message);
      const state = [stateOf(entry), entry?.reason, entry?.isDoubtful, edit?.state, edit?.body];
      return JSON.stringify([...state, message.rev, reply?.text, ...of]);
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
    case "message":
      return buildMessage(row, context);
  }
}

/**
 * Turns a line that was on its way into a stored one, in place: nothing moves, and nothing is read out twice.
 * @param {HTMLElement} element
 * @param {Row} row
 * @param {Context} context
 */
export function settleRow(element, row, context) {
  const isSettling = row.kind === "message" && element.matches(".is-pending:not([data-seq])") &&
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

/** @param {MessageRow} row @param {Context} context */
function buildMessage(row, context) {
  const { message, author, reply, entry } = row;
  const element = clone("message");
  element.classList.toggle("is-head", row.isHead);
  element.classList.toggle("is-mention", row.isMention);
  element.classList.toggle("is-target", row.isTarget);
  element.tabIndex = -1; // components/roving.js leads the keyboard here
  const avatar = keepIf(element, ".avatar", row.isHead);
  if (avatar) fillAvatar(avatar, author);
  part(element, ".message__author").textContent = author?.name ?? t("gone_user");
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
  if (text) fillText(text, edit ? { ...message, body: edit.body, content: null } : message);
  keepIf(element, ".message__edited", message.edited_at !== null && !isDeleted);
  fillState(element, entry, edit);
  return element;
}

/** @param {HTMLElement} element @param {Message} message */
export function fillText(element, { body, content }) {
  if (content) element.replaceChildren(buildRichText(content, document));
  else element.textContent = body;
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

/** @param {HTMLElement} element @param {Entry | null} entry @param {Edit | undefined} edit */
function fillState(element, entry, edit) {
  const state = edit ? stateOfEdit(edit) : stateOf(entry);
  if (entry) element.dataset.clientId = entry.clientId;
  element.classList.toggle("is-pending", state === "pending");
  element.classList.toggle("is-failed", state === "failed");
  const line = keepIf(element, ".message__state", state !== "");
  if (!line) return;
  keepIf(line, ".message__waiting", state === "pending");
  const unsaved = keepIf(line, ".message__unsaved", state === "failed" && edit !== undefined);
  if (unsaved) part(unsaved, ".message__reason").textContent = whyUnsaved(edit?.reason ?? null);
  const failed = keepIf(line, ".message__failed", state === "failed" && edit === undefined);
  if (!failed) return;
  const reason = entry?.isDoubtful ? "unsure" : `failed_${entry?.reason}`;
  part(failed, ".message__reason").textContent = t(has(reason) ? reason : "failed");
  for (const way of ["edit", "delete"]) keepIf(failed, `[data-do="${way}"]`, !entry?.isDoubtful);
}

/** @param {Edit} edit @returns {"" | "pending" | "failed"} */
function stateOfEdit({ state }) {
  if (state === "saved") return "";
  return state === "failed" ? "failed" : "pending";
}

/** @param {string | null} code */
function whyUnsaved(code) {
  return t("couldnt_edit", { reason: reasonOf(code) });
}

/** @param {Entry | null} entry @returns {"" | "pending" | "failed"} */
function stateOf(entry) {
  if (entry === null || entry.state === "sent") return "";
  return entry.state === "failed" ? "failed" : "pending";
}
