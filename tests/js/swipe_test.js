import assert from "node:assert/strict";
import { onSwipe, stepOf } from "chat/components/swipe.js";

Deno.test("a finger that goes left brings what is on the right, and the other way round", () => {
  assert.deepEqual([stepOf(-80, 5), stepOf(80, -5)], [1, -1]);
});

Deno.test("one that rests, or goes rather up or down, brings nothing", () => {
  assert.deepEqual([stepOf(-40, 0), stepOf(80, 60), stepOf(0, 200)], [0, 0, 0]);
});

Deno.test("what closes under the finger is back in its place", () => {
  const root = Object.assign(new EventTarget(), { style: {} });
  const ending = new AbortController();
  /** @type {number[]} */
  const followed = [];
  const follow = (/** @type {number} */ distance) => void followed.push(distance);
  Object.assign(globalThis, { visualViewport: null });
  onSwipe(/** @type {any} */ (root), { follow, turn: () => {} }, ending.signal);
  for (const [type, clientX] of [["pointerdown", 100], ["pointermove", 70]]) {
    const where = { pointerType: "touch", isPrimary: true, clientX, clientY: 0 };
    root.dispatchEvent(Object.assign(new Event(String(type)), where));
  }
  ending.abort();
  assert.deepEqual(followed, [-30, 0]);
});
