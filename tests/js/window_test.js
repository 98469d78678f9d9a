import assert from "node:assert/strict";
import {
  isSeen,
  lineAt,
  MOST_LINES,
  NARROW,
  partsOf,
  spanFor,
  viewAt,
  viewOf,
  WIDE,
} from "chat/window.js";

const PAGE = 500;
const NOTHING = { from: 0, to: 0 };

/** Lines of one height. @param {number} count @param {number} [height] */
function lines(count, height = 50) {
  return Array.from({ length: count + 1 }, (_, line) => line * height);
}

/** @param {number} top */
function view(top) {
  return { top, bottom: top + PAGE };
}

Deno.test("what is seen stands there, and more on either side", () => {
  const { from, to } = spanFor(lines(600), view(10_000), NOTHING, WIDE);
  assert.ok(from * 50 <= 10_000 - PAGE && from * 50 >= 10_000 - 2 * PAGE);
  assert.ok(to * 50 >= 10_500 + PAGE && to * 50 <= 10_500 + 2 * PAGE);
});

Deno.test("where one has just come there is less on either side", () => {
  const tops = lines(600);
  const held = spanFor(tops, view(10_000), NOTHING, NARROW);
  assert.deepEqual(held, { from: 197, to: 213 });
  assert.deepEqual(spanFor(tops, view(10_050), held, NARROW), held);
  const { from, to } = spanFor(tops, view(10_000), held, WIDE);
  assert.ok(from < held.from && to > held.to);
});

Deno.test("it knows whether something of what stands there is seen", () => {
  const tops = lines(600);
  const seen = [[190, 201], [209, 300], [0, 600]];
  const unseen = [[190, 200], [210, 300], [205, 205], [700, 800]];
  const isSeenIn = (/** @type {number[]} */ [from, to]) => isSeen(tops, view(10_000), { from, to });
  assert.deepEqual(seen.map(isSeenIn), seen.map(() => true));
  assert.deepEqual(unseen.map(isSeenIn), unseen.map(() => false));
});

Deno.test("all stands there where there is little", () => {
  assert.deepEqual(spanFor(lines(12), view(100), NOTHING, WIDE), { from: 0, to: 12 });
  assert.deepEqual(spanFor(lines(0), view(0), NOTHING, WIDE), NOTHING);
});

Deno.test("to read to and fro over one place changes nothing", () => {
  const tops = lines(600);
  const held = spanFor(tops, view(10_000), NOTHING, WIDE);
  for (const top of [9_700, 10_000, 10_300, 9_900]) {
    assert.deepEqual(spanFor(tops, view(top), held, WIDE), held);
  }
});

Deno.test("whoever goes on takes the edges along, each step a part of a page", () => {
  const tops = lines(600);
  let held = spanFor(tops, view(20_000), NOTHING, WIDE);
  let steps = 0;
  for (let top = 20_000; top >= 0; top -= 20) {
    const next = spanFor(tops, view(top), held, WIDE);
    assert.ok(next.from * 50 <= Math.max(0, top - PAGE / 2) && next.to * 50 >= top + PAGE);
    assert.ok(held.from - next.from <= 20);
    if (next.from !== held.from) steps += 1;
    held = next;
  }
  assert.equal(held.from, 0);
  assert.ok(steps < 80, `${steps} steps`);
});

Deno.test("whoever jumps finds what is seen there", () => {
  const tops = lines(600);
  const held = spanFor(tops, view(0), NOTHING, WIDE);
  const { from, to } = spanFor(tops, view(25_000), held, WIDE);
  assert.ok(from > held.to && from * 50 <= 25_000 && to * 50 >= 25_500);
});

Deno.test("however small the lines are, there are never too many", () => {
  for (const top of [0, 3_000, 11_500]) {
    const { from, to } = spanFor(lines(600, 20), { top, bottom: top + 3_000 }, NOTHING, WIDE);
    assert.ok(to - from <= MOST_LINES);
    assert.ok(from * 20 <= top && to * 20 >= Math.min(top + 3_000, 12_000));
  }
});

Deno.test("what was held and is no longer there does no harm", () => {
  assert.deepEqual(spanFor(lines(4), view(0), { from: 90, to: 300 }, WIDE), { from: 0, to: 4 });
});

Deno.test("it finds the line at a height", () => {
  const tops = [0, 10, 40, 45];
  assert.deepEqual([-5, 0, 9, 10, 44, 45, 999].map((y) => lineAt(tops, y)), [0, 0, 0, 1, 2, 2, 2]);
  assert.equal(lineAt([0], 7), 0);
});

Deno.test("a line is seen in the middle, unless it is near an end", () => {
  assert.deepEqual(viewOf(lines(600), 100, PAGE), view(5_025 - PAGE / 2));
  assert.deepEqual(viewOf(lines(600), 0, PAGE), view(0));
  assert.deepEqual(viewOf(lines(600), 599, PAGE), view(30_000 - PAGE));
  assert.deepEqual(viewAt(lines(3), 70, PAGE), view(0));
});

Deno.test("what does not stand there leaves its room", () => {
  assert.deepEqual(partsOf([0, 10, 30, 60, 100], { from: 1, to: 3 }, []), [
    { from: 0, to: 1, space: 10 },
    { from: 1, to: 3, space: 0 },
    { from: 3, to: 4, space: 40 },
  ]);
});

Deno.test("what is kept stands alone, each once, between what is not there", () => {
  assert.deepEqual(partsOf([0, 10, 30, 60, 100, 150], { from: 3, to: 4 }, [1, 1, 3, 4]), [
    { from: 0, to: 1, space: 10 },
    { from: 1, to: 2, space: 0 },
    { from: 2, to: 3, space: 30 },
    { from: 3, to: 4, space: 0 },
    { from: 4, to: 5, space: 0 },
  ]);
});

Deno.test("the parts are the whole, whatever stands there", () => {
  const tops = lines(20, 7);
  for (const span of [NOTHING, { from: 0, to: 20 }, { from: 5, to: 9 }, { from: 20, to: 20 }]) {
    const parts = partsOf(tops, span, [2, 19]);
    assert.deepEqual(parts.map(({ from }) => from), [0, ...parts.slice(0, -1).map(({ to }) => to)]);
    assert.equal(parts.at(-1)?.to, 20);
  }
});
