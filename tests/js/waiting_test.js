import assert from "node:assert/strict";
import { shortCount, titleMark, waitingIn } from "chat/waiting.js";
import { room } from "./wire.js";

Deno.test("mentions and direct rooms with news are for the reader", () => {
  const rooms = [
    room(1, { last_seq: 9, mentions: 2 }),
    room(2, { last_seq: 9, kind: "direct" }),
    room(3, { last_seq: 9, kind: "direct", mentions: 3 }),
    room(4, { last_seq: 9, read_seq: 9 }),
  ];
  assert.deepEqual(waitingIn(rooms), { count: 6, isUnread: true });
});

Deno.test("a room one wants to hear nothing of does not count", () => {
  const muted = room(1, { last_seq: 9, mentions: 2, notify: "none" });
  assert.deepEqual(waitingIn([muted]), { count: 0, isUnread: false });
});

Deno.test("the title says a number, else that there is something", () => {
  assert.equal(titleMark({ count: 3, isUnread: true }), "(3) ");
  assert.equal(titleMark({ count: 0, isUnread: true }), "• ");
  assert.equal(titleMark({ count: 0, isUnread: false }), "");
  assert.equal(shortCount(1_234), "99+");
});
