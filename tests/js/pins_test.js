import assert from "node:assert/strict";
import { Pins } from "chat/pins.js";
import { message } from "./wire.js";

/** @param {number} seq @param {Partial<import("chat/wire.d.ts").Message>} [fields] */
const pinned = (seq, fields = {}) => message(seq, { pinned: true, ...fields });

/** @param {Pins} pins */
const seqs = (pins) => pins.list.map(({ seq }) => seq);

Deno.test("pages join, the latest message first", () => {
  const pins = new Pins();
  pins.load({ messages: [pinned(9), pinned(7)], users: [], more: true });
  assert.equal(pins.low, 7);
  pins.load({ messages: [pinned(3)], users: [], more: false });
  assert.deepEqual(seqs(pins), [9, 7, 3]);
});

Deno.test("what others pin and unpin meanwhile is followed", () => {
  const pins = new Pins();
  pins.load({ messages: [pinned(9), pinned(7)], users: [], more: false });
  pins.apply(message(9, { rev: 20 }));
  pins.apply(pinned(8, { rev: 21 }));
  assert.deepEqual(seqs(pins), [8, 7]);
});

Deno.test("a page that was read before an event does not undo it", () => {
  const pins = new Pins();
  pins.apply(message(9, { rev: 20 }));
  pins.load({ messages: [pinned(9, { rev: 19 })], users: [], more: false });
  assert.deepEqual(seqs(pins), []);
});

Deno.test("what lies below the pages that were loaded waits for its page", () => {
  const pins = new Pins();
  pins.load({ messages: [pinned(9)], users: [], more: true });
  pins.apply(pinned(2, { rev: 20 }));
  assert.deepEqual(seqs(pins), [9]);
  pins.load({ messages: [pinned(5), pinned(2)], users: [], more: false });
  assert.deepEqual(seqs(pins), [9, 5, 2]);
});

Deno.test("what retention removed is no pin any more", () => {
  const pins = new Pins();
  pins.load({ messages: [pinned(9), pinned(7)], users: [], more: false });
  pins.dropBelow(8);
  assert.deepEqual(seqs(pins), [9]);
});
