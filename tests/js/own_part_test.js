import assert from "node:assert/strict";
import { OwnPart } from "chat/own-part.js";

/** @param {number} read_seq @param {number} mentions @param {number} last_seq */
function part(read_seq, mentions, last_seq) {
  return new OwnPart({ read_seq, mentions, last_seq });
}

/** @param {OwnPart} part */
function state({ readSeq, mentions }) {
  return [readSeq, mentions];
}

Deno.test("it counts on from what it was told", () => {
  const own = part(2, 1, 5);
  own.count(6, "mention");
  own.count(6, "mention");
  own.count(4, "mention"); // known already
  assert.deepEqual(state(own), [2, 2]);
});

Deno.test("one's own message is read, with all before it", () => {
  const own = part(2, 1, 5);
  own.count(6, "mention");
  own.count(7, "own");
  own.count(8, "mention");
  assert.deepEqual(state(own), [7, 1]);
});

Deno.test("what the server tells late is counted on from where it was read", () => {
  const own = part(2, 1, 5);
  own.count(6, "mention");
  own.count(7, "mention");
  own.tell({ read_seq: 6, mentions: 0, last_seq: 6 });
  assert.deepEqual(state(own), [6, 1]);
});

Deno.test("an edit may take a mention away", () => {
  const own = part(0, 0, 5);
  own.count(6, "mention");
  own.tell({ read_seq: 0, mentions: 0, last_seq: 6 });
  assert.deepEqual(state(own), [0, 0]);
});

Deno.test("what is read here shows at once", () => {
  const own = part(0, 3, 5);
  own.move({ seq: 3, isBack: false });
  assert.deepEqual(state(own), [3, 2]); // as many as there are messages
  own.move({ seq: 5, isBack: false });
  assert.deepEqual(state(own), [5, 0]);
});

Deno.test("what is not confirmed yet outlives what the server tells", () => {
  const own = part(0, 0, 5);
  const move = { seq: 5, isBack: false };
  own.move(move);
  own.tell({ read_seq: 2, mentions: 1, last_seq: 5 });
  assert.deepEqual(state(own), [5, 0]);
  own.settle(move, true);
  assert.deepEqual(state(own), [5, 0]);
});

Deno.test("confirmed, another device may move it back", () => {
  const own = part(0, 0, 5);
  const move = { seq: 5, isBack: false };
  own.move(move);
  own.settle(move, true);
  own.tell({ read_seq: 1, mentions: 2, last_seq: 5 });
  assert.deepEqual(state(own), [1, 2]);
});

Deno.test("a later move is not settled with an earlier one", () => {
  const own = part(0, 0, 5);
  const first = { seq: 2, isBack: false };
  own.move(first);
  own.move({ seq: 4, isBack: false });
  own.settle(first, true);
  assert.equal(own.readSeq, 4);
});

Deno.test("what the server does not take is as if it had never been", () => {
  const own = part(1, 1, 5);
  const move = { seq: 4, isBack: false };
  own.move(move);
  own.settle(move, false);
  assert.deepEqual(state(own), [1, 1]);
});

Deno.test("it moves back where that is meant", () => {
  const own = part(5, 0, 5);
  const move = { seq: 2, isBack: true };
  own.move(move);
  assert.equal(own.readSeq, 2);
  own.settle(move, true);
  assert.equal(own.readSeq, 2);
});
