import assert from "node:assert/strict";
import { Heights } from "chat/heights.js";

/** @param {string[]} keys */
function lines(...keys) {
  return keys.map((key) => ({ key }));
}

Deno.test("lines are as high as they were, and others as high as those mostly are", () => {
  const heights = new Heights();
  heights.set("a", 20);
  heights.set("b", 999);
  heights.set("b", 40);
  assert.deepEqual(heights.topsOf(lines("a", "new", "b")), [0, 20, 50, 90]);
});

Deno.test("nothing is higher than nothing", () => {
  assert.deepEqual(new Heights().topsOf([]), [0]);
});

Deno.test("it forgets what is no longer held, so that it does not grow for ever", () => {
  const heights = new Heights();
  for (let number = 0; number <= 2_000; number += 1) heights.set(`old ${number}`, 1_000);
  heights.set("here", 30);
  assert.deepEqual(heights.topsOf(lines("here", "new")), [0, 30, 60]);
});
