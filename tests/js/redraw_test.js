import assert from "node:assert/strict";
import { Redraw } from "chat/redraw.js";

/** @type {Set<() => void>} */
const frames = new Set();

/** A redraw whose frames come when the test says. */
function begin() {
  frames.clear();
  return new Redraw((call) => frames.add(call));
}

function drawFrame() {
  const calls = [...frames];
  frames.clear();
  for (const call of calls) call();
}

Deno.test("however much changes, each view draws once a frame", () => {
  const redraw = begin();
  const drawn = /** @type {string[]} */ ([]);
  redraw.subscribe(() => drawn.push("rooms"));
  redraw.subscribe(() => drawn.push("people"));
  for (let count = 0; count < 5; count++) redraw.request();
  assert.deepEqual(drawn, []);
  drawFrame();
  assert.deepEqual(drawn, ["rooms", "people"]);
});

Deno.test("what changes after a frame is drawn with the next", () => {
  const redraw = begin();
  let count = 0;
  redraw.subscribe(() => count++);
  redraw.request();
  drawFrame();
  redraw.request();
  drawFrame();
  assert.equal(count, 2);
});

Deno.test("a change made while drawing is not lost", () => {
  const redraw = begin();
  let count = 0;
  redraw.subscribe(() => count++ === 0 && redraw.request());
  redraw.request();
  drawFrame();
  drawFrame();
  assert.equal(count, 2);
});

Deno.test("who has left is not called any more", () => {
  const redraw = begin();
  let count = 0;
  const leave = redraw.subscribe(() => count++);
  redraw.request();
  leave();
  drawFrame();
  assert.equal(count, 0);
});
