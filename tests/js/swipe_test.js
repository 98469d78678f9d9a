import assert from "node:assert/strict";
import { stepOf } from "chat/components/swipe.js";

Deno.test("a finger that goes left brings what is on the right, and the other way round", () => {
  assert.deepEqual([stepOf(-80, 5), stepOf(80, -5)], [1, -1]);
});

Deno.test("one that rests, or goes rather up or down, brings nothing", () => {
  assert.deepEqual([stepOf(-40, 0), stepOf(80, 60), stepOf(0, 200)], [0, 0, 0]);
});
