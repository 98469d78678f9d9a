/**
 * The part of a text around what was found in it, in pieces. Marks count code points, as the wire does.
 *
 * @typedef {{ text: string, isFound: boolean }} Piece
 */

const LENGTH = 180;
const LEAD = 40;

/**
 * @param {string} body
 * @param {[number, number][]} marks in order, not overlapping
 * @returns {Piece[]}
 */
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
