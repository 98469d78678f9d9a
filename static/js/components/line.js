/** The lines of a timeline, all that are held, and each of them as an element. */

import { beginningSignature, buildBeginning } from "chat/components/beginning.js";
import { clone, part } from "chat/components/markup.js";
import { buildRow, patchRow, signatureOf } from "chat/components/message.js";
import { rowsOf } from "chat/rows.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Context } from "chat/components/message.js" */
/** @import { History } from "chat/history.js" */
/** @import { Row } from "chat/rows.js" */
/** @import { Store } from "chat/store.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @typedef {Row | { kind: "beginning" | "loading" | "trouble", key: string }} Line */
/** @typedef {Context & { store: Store }} Surroundings */

const EDGES = ["beginning", "loading", "trouble"];

/**
 * @param {App} app
 * @param {OwnRoom} own
 * @param {History} history
 * @param {{ firstNew: number | null, hasFailed: boolean }} view
 * @returns {Line[]}
 */
export function linesOf({ store, outbox, view, format }, own, history, { firstNew, hasFailed }) {
  if (!store.me) return [];
  const isLoaded = !history.isStale || history.messages.length > 0;
  const rows = rowsOf({
    messages: history.messages,
    entries: history.isEnd || !isLoaded ? outbox.of(own.id) : [],
    find: (seq) => history.find(seq),
    users: store.users,
    me: store.me,
    blocked: store.blocked,
    firstNew,
    target: view.target,
    format,
  });
  /** @type {Line[]} */
  const before = [];
  if (history.isStart) before.push({ kind: "beginning", key: "beginning" });
  if (hasFailed) before.push({ kind: "trouble", key: "trouble" });
  else if (!history.isStart) before.push({ kind: "loading", key: "loading" });
  return [...before, ...rows];
}

/** The number of the message that a line is; null where it is none, or is not stored. @param {Line} line */
export function seqOf(line) {
  if (!isRow(line) || line.kind === "day" || line.kind === "new") return null;
  const { seq } = line.kind === "blocked" ? line.inside.message : line.message;
  return Number.isFinite(seq) ? seq : null;
}

/** What an element is built from, in short. @param {Line} line @param {Surroundings} context */
export function lineSignature(line, context) {
  if (isRow(line)) return signatureOf(line, context);
  return line.kind === "beginning" ? beginningSignature(context.room, context.store) : "";
}

/** @param {Line} line @param {Surroundings} context @returns {HTMLElement} */
export function buildLine(line, context) {
  if (isRow(line)) return buildRow(line, context);
  if (line.kind === "beginning") return buildBeginning(context.room, context.store);
  const element = clone(line.kind);
  if (line.kind === "trouble") part(element, ".trouble__text").textContent = t("load_failed");
  return element;
}

/** Whether an element could be changed in place. @param {HTMLElement} element @param {Line} line @param {Surroundings} context @param {string} before */
export function patchLine(element, line, context, before) {
  return isRow(line) && patchRow(element, line, context, before);
}

/** @param {Line} line @returns {line is Row} */
function isRow(line) {
  return !EDGES.includes(line.kind);
}
