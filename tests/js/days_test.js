import assert from "node:assert/strict";
import { beginningOf, dayOf } from "chat/days.js";

Deno.test("a day is that of the reader", () => {
  assert.equal(dayOf(new Date(2026, 0, 31, 0, 0, 1).getTime()), "2026-01-31");
  assert.equal(dayOf(new Date(2026, 10, 3, 23, 59, 59).toISOString()), "2026-11-03");
});

Deno.test("a day begins at the reader's midnight", () => {
  assert.equal(beginningOf("2026-01-31"), new Date(2026, 0, 31).toISOString());
});

Deno.test("what is no day begins nowhere", () => {
  assert.deepEqual(["", "2026-13-01", "tomorrow"].map(beginningOf), [null, null, null]);
});
