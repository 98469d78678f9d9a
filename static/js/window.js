/**
 * Which of the lines that are held stand in the page: those that are seen, and a page or two on either side. It is
 * arithmetic and knows no DOM. Heights come in as `tops`: the top of each line in pixels, and the end of the last.
 *
 * An edge of what stands there stays where it is while it is between `near` and `far` pages away from what is seen, so
 * that to read to and fro over one place changes nothing; if it moves, it is set to `away` pages.
 */

/** @typedef {{ from: number, to: number }} Span lines, from the first to before `to` */
/** @typedef {{ top: number, bottom: number }} View what is seen, counted as `tops` are */
/** @typedef {{ near: number, away: number, far: number }} Reach pages */
/** @typedef {Span & { space: number }} Part lines that stand there, or the pixels that others would take */

export const MOST_LINES = 240;
export const WIDE = { near: 1, away: 1.75, far: 3 };
/** Of where one has just come: what is seen is there soonest. */
export const NARROW = { near: 0.1, away: 0.25, far: 3 };

/**
 * @param {readonly number[]} tops
 * @param {View} view
 * @param {Span} held what stands there now
 * @param {Reach} reach
 * @returns {Span} what should
 */
export function spanFor(tops, view, held, reach) {
  const count = tops.length - 1;
  const page = Math.max(view.bottom - view.top, 1);
  const above = (view.top - tops[Math.min(held.from, count)]) / page;
  const below = (tops[Math.min(held.to, count)] - view.bottom) / page;
  const away = reach.away * page;
  const from = stays(above, held.from === 0, reach) ? held.from : lineAt(tops, view.top - away);
  const to = stays(below, held.to >= count, reach) ? held.to : lineAt(tops, view.bottom + away) + 1;
  return bounded(tops, view, { from: Math.min(from, count), to: Math.min(to, count) });
}

/** Whether something of what stands there is seen. @param {readonly number[]} tops @param {View} view @param {Span} held */
export function isSeen(tops, view, { from, to }) {
  return to > from && tops[from] < view.bottom && tops[Math.min(to, tops.length - 1)] > view.top;
}

/** The line that is at a height, the first above all and the last below. @param {readonly number[]} tops @param {number} y */
export function lineAt(tops, y) {
  let [low, high] = [0, Math.max(tops.length - 2, 0)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (tops[middle] <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** What is seen of so much when a line is in its middle. @param {readonly number[]} tops @param {number} line @param {number} page @returns {View} */
export function viewOf(tops, line, page) {
  const middle = (tops[line] + tops[line + 1]) / 2;
  return viewAt(tops, middle - page / 2, page);
}

/** What is seen from a height on, as far as there is something. @param {readonly number[]} tops @param {number} top @param {number} page @returns {View} */
export function viewAt(tops, top, page) {
  const highest = Math.max(0, Math.min(top, (tops.at(-1) ?? 0) - page));
  return { top: highest, bottom: highest + page };
}

/**
 * The whole in its parts, from the top. Lines that are kept stand alone where they are outside of the span.
 * @param {readonly number[]} tops
 * @param {Span} span
 * @param {Iterable<number>} kept
 * @returns {Part[]}
 */
export function partsOf(tops, span, kept) {
  const alone = [...new Set(kept)].filter((line) => line < span.from || line >= span.to)
    .map((line) => ({ from: line, to: line + 1 }));
  const shown = [...alone, span].sort((one, other) => one.from - other.from);
  /** @type {Part[]} */
  const parts = [];
  let end = 0;
  for (const { from, to } of [...shown, { from: tops.length - 1, to: tops.length - 1 }]) {
    if (from > end) parts.push({ from: end, to: from, space: tops[from] - tops[end] });
    if (to > from) parts.push({ from, to, space: 0 });
    end = Math.max(end, to);
  }
  return parts;
}

/**
 * @param {number} distance in pages, negative where the edge is in view or beyond
 * @param {boolean} isLast
 * @param {Reach} reach
 */
function stays(distance, isLast, { near, far }) {
  return distance <= far && (distance >= near || isLast);
}

/** Gives up what is farthest from what is seen. @param {readonly number[]} tops @param {View} view @param {Span} span @returns {Span} */
function bounded(tops, view, { from, to }) {
  while (to - from > MOST_LINES) {
    if (view.top - tops[from] > tops[to] - view.bottom) from += 1;
    else to -= 1;
  }
  return { from, to };
}
