import assert from "node:assert/strict";
import { Reports } from "chat/reports.js";
import { BOB, message } from "./wire.js";

/** @param {number} seq @param {number} [count] @returns {import("chat/wire.d.ts").Reported} */
function reported(seq, count = 1) {
  const report = { by: BOB.id, reason: "Advertising.", at: "2026-01-31T09:00:00.000Z" };
  return { message: message(seq), count, last: 7, reports: [report] };
}

/** @param {Reports} reports */
const seqs = (reports) => reports.list.map(({ message }) => message.seq);

Deno.test("what waits is asked for once, and stands in the order in which it was reported", () => {
  const reports = new Reports();
  reports.follow([[9, 1], [4, 1]]);
  assert.deepEqual(reports.wanted, [9, 4]);
  reports.load([reported(4), reported(9)]);
  assert.deepEqual(seqs(reports), [9, 4]);
  assert.deepEqual(reports.wanted, []);
});

Deno.test("what is decided goes, and it is told whether anything changed", () => {
  const reports = new Reports();
  assert.equal(reports.follow([[9, 1], [4, 1]]), true);
  reports.load([reported(9), reported(4)]);
  assert.equal(reports.follow([[9, 1], [4, 1]]), false);
  assert.equal(reports.follow([[4, 1]]), true);
  assert.deepEqual(seqs(reports), [4]);
  reports.follow(undefined);
  assert.equal(reports.isEmpty, true);
});

Deno.test("where somebody else complains, it stays and is asked for anew", () => {
  const reports = new Reports();
  reports.follow([[9, 1]]);
  reports.load([reported(9)]);
  reports.follow([[9, 2]]);
  assert.deepEqual(reports.wanted, [9]);
  assert.deepEqual(seqs(reports), [9]);
  reports.load([reported(9, 2)]);
  assert.deepEqual(reports.wanted, []);
});

Deno.test("what is said of a message after it was decided is asked for, as many as complained before", () => {
  const reports = new Reports();
  reports.follow([[9, 1]]);
  reports.load([reported(9)]);
  reports.forget(9);
  assert.equal(reports.follow([[9, 1]]), false);
  assert.deepEqual(reports.list, []);
  assert.deepEqual(reports.wanted, [9]);
});

Deno.test("many are shown a page at a time", () => {
  const reports = new Reports();
  reports.follow(Array.from({ length: 25 }, (_, index) => [index + 1, 1]));
  assert.equal(reports.wanted.length, 20);
  assert.equal(reports.more, true);
  reports.showMore();
  assert.equal(reports.wanted.length, 25);
  assert.equal(reports.more, false);
});
