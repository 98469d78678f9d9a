/**
 * The part of a text around what was found in it, in pieces. Marks count code points, as the wire does.
 *
 * @typedef {{ text: string, isFound: boolean }} Piece
 * @typedef {[number, number][]} Marks in order, not overlapping
 */

import { HIDDEN, leaves } from "chat/rich-text.js";

/** @import { Message, User } from "chat/wire.d.ts" */

const LENGTH = 180;
const LEAD = 40;

/**
 * What a message says as it is read, and what was found there. As it was written where nothing of that is to be
 * seen: it may be in an address, or reach over the marks of a markup.
 *
 * @param {Message} message
 * @param {Marks} marks in its body
 * @param {ReadonlyMap<number, User>} users
 * @returns {[string, Marks]}
 */
export function readable({ body, content }, marks, users) {
  if (content === null) return [body, marks];
  const glyphs = [...body];
  const sought = counted(marks, (place) => glyphs.slice(0, place).join("").length);
  /** @type {Marks} */
  const found = [];
  let plain = "";
  let at = 0;
  for (const { text, written } of leaves(content, users)) {
    const from = written.trim() ? body.indexOf(written, at) : -1;
    if (from >= 0) {
      at = from + written.length;
      const shift = plain.length - from;
      const inside = sought.filter(([start, end]) => from <= start && end <= at);
      if (text === written) found.push(...counted(inside, (place) => place + shift));
      else if (inside.length) found.push([plain.length, plain.length + text.length]); // a name
    }
    plain += text;
  }
  if (!found.length && !plain.includes(HIDDEN)) return [body, marks];
  return [plain, counted(found, (place) => [...plain.slice(0, place)].length)];
}

/** @param {Marks} marks @param {(place: number) => number} count @returns {Marks} */
function counted(marks, count) {
  return marks.map(([from, to]) => [count(from), count(to)]);
}

/** @param {string} body @param {Marks} marks @returns {Piece[]} */
export function excerpt(body, marks) {
  const glyphs = [...body];
  const first = marks[0]?.[0] ?? 0;
  const isShort = glyphs.length <= LENGTH;
  const start = isShort || first <= LEAD ? 0 : wordStart(glyphs, first - LEAD, first);
  const end = Math.min(glyphs.length, start + LENGTH);
  /** @type {Piece[]} */
  const pieces = [];
  const add = (/** @type {number} */ from, /** @type {number} */ to, isFound = false) => {
    const text = glyphs.slice(from, to).join("").replace(/\s+/g, " ");
    if (text) pieces.push({ text, isFound });
  };
  let at = start;
  for (const [from, to] of marks) {
    if (from >= end) break;
    add(at, from);
    add(from, Math.min(to, end), true);
    at = Math.min(to, end);
  }
  add(at, end);
  if (start > 0) pieces.unshift({ text: "… ", isFound: false });
  if (end < glyphs.length) pieces.push({ text: " …", isFound: false });
  return pieces;
}

/** Where the next word begins, if one does before `limit`. @param {string[]} glyphs @param {number} at @param {number} limit */
function wordStart(glyphs, at, limit) {
  for (let place = at; place < limit; place += 1) {
    if (/\s/.test(glyphs[place - 1])) return place;
  }
  return at;
}
