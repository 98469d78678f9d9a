/**
 * Where a text is code, about as the server will see it (chat/richtext): fenced blocks and what stands between
 * runs of backticks. What is written there is not to be touched.
 */

const FENCE = /^[ \t]*(`{3,}|~{3,})/;

/** @param {string} text @returns {[number, number][]} from … up to, ascending */
export function codeRanges(text) {
  if (!text.includes("`") && !text.includes("~~~")) return [];
  /** @type {[number, number][]} */
  const ranges = [];
  let at = 0;
  let prose = 0; // where the lines begin that are not fenced
  let fence = "";
  let start = 0;
  for (const line of text.split("\n")) {
    const end = at + line.length + 1;
    const marker = FENCE.exec(line)?.[1];
    if (fence === "" && marker) {
      addSpans(ranges, text, prose, at);
      [fence, start] = [marker, at];
    } else if (fence !== "" && line.trimEnd().endsWith(fence)) {
      ranges.push([start, end]);
      [fence, prose] = ["", end];
    }
    at = end;
  }
  if (fence !== "") ranges.push([start, text.length]);
  else addSpans(ranges, text, prose, text.length);
  return ranges;
}

/** A run of backticks opens, the next run as long closes. @param {[number, number][]} ranges @param {string} text @param {number} from @param {number} to */
function addSpans(ranges, text, from, to) {
  /** @type {Map<number, { at: number }[]>} */
  const runs = new Map();
  const all = [...text.slice(from, to).matchAll(/`+/g)];
  for (const { 0: { length }, index } of all) {
    runs.set(length, [...runs.get(length) ?? [], { at: index }]);
  }
  let end = 0;
  for (const { 0: { length }, index } of all) {
    if (index < end) continue;
    const same = runs.get(length) ?? [];
    while (same.length > 0 && same[0].at <= index) same.shift();
    if (same.length === 0) continue;
    end = same[0].at + length;
    ranges.push([from + index, from + end]);
  }
}
