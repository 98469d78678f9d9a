import assert from "node:assert/strict";
import { History } from "chat/history.js";
import { message, messages, page } from "./wire.js";

/** @param {import("chat/wire.d.ts").Message[]} held @param {Partial<import("chat/wire.d.ts").HistoryPage>} [fields] */
function historyOf(held, fields = {}) {
  const history = new History();
  history.begin();
  history.load(page(held, fields), "replace");
  return history;
}

/** @param {History} history */
function seqs({ messages }) {
  return messages.map(({ seq }) => seq);
}

Deno.test("what is far from where one reads is let go, above and below", () => {
  const history = historyOf(messages(1, 20));
  history.keepAround(10, 3);
  assert.deepEqual(seqs(history), [7, 8, 9, 10, 11, 12]);
  assert.deepEqual([history.isStart, history.isEnd], [false, false]);
});

Deno.test("at an end it is let go on the other side only", () => {
  const newest = historyOf(messages(1, 20));
  newest.keepAround(20, 3);
  assert.deepEqual(seqs(newest), [17, 18, 19, 20]);
  assert.deepEqual([newest.isStart, newest.isEnd], [false, true]);
  const oldest = historyOf(messages(1, 20));
  oldest.keepAround(1, 3);
  assert.deepEqual(seqs(oldest), [1, 2, 3]);
  assert.deepEqual([oldest.isStart, oldest.isEnd], [true, false]);
});

Deno.test("what comes after the end was let go is not held, until it is loaded", () => {
  const history = historyOf(messages(1, 20));
  history.keepAround(5, 3);
  history.change((held) => held.apply(message(21)));
  assert.equal(history.high, 7);
  history.begin();
  history.load(page(messages(8, 21), { last_seq: 21 }), "newer");
  assert.deepEqual([history.high, history.isEnd], [21, true]);
});

Deno.test("it lets nothing go while a page is on its way, nor where there is little", () => {
  const history = historyOf(messages(1, 20));
  history.begin();
  history.keepAround(5, 3);
  assert.equal(history.messages.length, 20);
  history.fail();
  history.keepAround(5, 10);
  assert.equal(history.messages.length, 20);
});

Deno.test("what nobody answers any more is let go with it", () => {
  const answers = [...messages(11, 29), message(30, { reply_to: 2 })];
  const history = historyOf(answers, { replied: [message(1), message(2)] });
  history.keepAround(30, 3);
  assert.deepEqual([history.find(1)?.seq, history.find(2)?.seq], [undefined, 2]);
});

Deno.test("it may hold from a place that it does not hold", () => {
  const history = historyOf(messages(5, 24));
  history.keepAround(1, 3);
  assert.deepEqual([history.low, history.isEnd], [5, false]);
});
