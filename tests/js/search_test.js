import assert from "node:assert/strict";
import { CommandError } from "chat/commands.js";
import { Search } from "chat/search.js";
import { FakeClock, settled } from "./fakes.js";

/** @import { SearchPage } from "chat/wire.d.ts" */

/** @param {number[]} seqs @param {number | null} [more] @returns {SearchPage} */
function page(seqs, more = null) {
  const hits = seqs.map((seq) => ({ room: 7, message: /** @type {any} */ ({ seq }), marks: [] }));
  return /** @type {any} */ ({ hits, users: [], more });
}

function setUp() {
  const clock = new FakeClock();
  /** @type {Record<string, unknown>[]} */
  const asked = [];
  /** @type {{ resolve: (page: SearchPage) => void, reject: (error: Error) => void }[]} */
  const waiting = [];
  const line = { isLive: true };
  const search = new Search({
    command: (_, fields) => {
      asked.push(fields);
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
    },
    isLive: () => line.isLive,
    onChange: () => {},
    clock,
  });
  const seqs = () => search.hits.map(({ message }) => message.seq);
  /** @param {SearchPage | Error} what */
  const answer = async (what, turn = waiting.length - 1) => {
    if (what instanceof Error) waiting[turn].reject(what);
    else waiting[turn].resolve(what);
    await settled();
  };
  return { clock, asked, answer, line, search, seqs };
}

Deno.test("it asks once typing has paused", async () => {
  const { clock, asked, search } = setUp();
  for (const text of ["t", "te", "tea "]) {
    search.type(text);
    await clock.pass(100);
  }
  await clock.pass(150);
  assert.deepEqual(asked, [{ q: "tea" }]);
});

Deno.test("what is found stands there until something else is found", async () => {
  const { answer, search, seqs } = setUp();
  search.ask("tea");
  await answer(page([3, 1]));
  assert.deepEqual([search.status, seqs()], ["found", [3, 1]]);
  search.ask("nothing");
  assert.deepEqual(seqs(), [3, 1]);
  await answer(page([]));
  assert.deepEqual([search.status, seqs()], ["none", []]);
});

Deno.test("only the answer to the last question counts", async () => {
  const { answer, search, seqs } = setUp();
  search.ask("tea");
  search.ask("coffee");
  await answer(page([9]), 1);
  await answer(page([1]), 0);
  assert.deepEqual(seqs(), [9]);
});

Deno.test("nothing is said of waiting unless it takes long", async () => {
  const { clock, answer, search } = setUp();
  search.ask("tea");
  await clock.pass(299);
  assert.equal(search.isSlow, false);
  await clock.pass(1);
  assert.equal(search.isSlow, true);
  await answer(page([1]));
  assert.equal(search.isSlow, false);
});

Deno.test("pages follow each other, one at a time", async () => {
  const { asked, answer, search, seqs } = setUp();
  search.ask("tea");
  await answer(page([3, 2], 20));
  search.loadMore();
  search.loadMore();
  assert.deepEqual(asked, [{ q: "tea" }, { q: "tea", before: 20 }]);
  await answer(page([1]));
  search.loadMore();
  assert.deepEqual([seqs(), search.more, asked.length], [[3, 2, 1], null, 2]);
});

Deno.test("where an answer had nothing yet it goes on by itself", async () => {
  const { asked, answer, search, seqs } = setUp();
  search.ask("tea");
  await answer(page([], 50));
  await answer(page([1]));
  assert.deepEqual([asked[1], seqs()], [{ q: "tea", before: 50 }, [1]]);
});

Deno.test("an error has its code, and the same can be asked again", async () => {
  const { answer, search } = setUp();
  search.ask("before:x");
  await answer(new CommandError("bad_request"));
  assert.deepEqual([search.status, search.code], ["error", "bad_request"]);
  search.ask("before:x");
  await answer(page([1]));
  assert.equal(search.status, "found");
});

Deno.test("without a connection it waits for the next one", async () => {
  const { asked, answer, line, search } = setUp();
  line.isLive = false;
  search.ask("tea");
  assert.deepEqual([search.status, asked], ["offline", []]);
  line.isLive = true;
  search.connectionChanged();
  await answer(new CommandError("disconnected"));
  assert.equal(search.status, "offline");
  search.connectionChanged();
  await answer(page([1]));
  assert.equal(search.status, "found");
});

Deno.test("an empty field asks nothing and forgets what was found", async () => {
  const { answer, search, seqs } = setUp();
  search.ask("tea");
  await answer(page([1]));
  search.ask("  ");
  assert.deepEqual([search.status, seqs()], ["idle", []]);
});

/** @param {number} seq @param {Record<string, unknown>} [more] */
function told(seq, more = {}) {
  const message = { seq, rev: 9, body: "tea", deleted_at: null, ...more };
  return /** @type {any} */ ({ type: "message", room: 7, message });
}

async function found() {
  const parts = setUp();
  parts.search.ask("tea");
  const hits = [3, 1].map((seq) => {
    const message = { seq, rev: 1, body: "tea", deleted_at: null };
    return { room: 7, message, marks: [[0, 3]] };
  });
  await parts.answer(/** @type {any} */ ({ hits, users: [], more: null }));
  return parts;
}

Deno.test("what was found and is deleted is gone from the hits", async () => {
  const { search, seqs } = await found();
  search.receive([told(3, { body: "", deleted_at: "2026-01-31T09:00:00Z" })]);
  assert.deepEqual([search.status, seqs()], ["found", [1]]);
  search.receive([told(1, { body: "", deleted_at: "2026-01-31T09:00:00Z" })]);
  assert.deepEqual([search.status, seqs()], ["none", []]);
});

Deno.test("what was found and is edited says what it says now", async () => {
  const { search } = await found();
  search.receive([told(3, { body: "coffee" }), told(1), told(2)]);
  assert.deepEqual(search.hits.map(({ message, marks }) => [message.body, marks]), [
    ["coffee", []],
    ["tea", [[0, 3]]],
  ]);
});

Deno.test("what was found in a room that is no longer one's own is gone", async () => {
  const { search, seqs } = await found();
  search.receive([/** @type {any} */ ({ type: "room_left", room: 8, rev: 1, reason: "left" })]);
  assert.deepEqual(seqs(), [3, 1]);
  search.receive([/** @type {any} */ ({ type: "room_left", room: 7, rev: 1, reason: "left" })]);
  assert.deepEqual([search.status, seqs()], ["none", []]);
});

Deno.test("one room can be searched, and all again, for the same words", async () => {
  const { answer, asked, search } = setUp();
  search.within(7);
  assert.deepEqual(asked, []);
  search.ask("tea");
  await answer(page([3]));
  search.within(7);
  search.within(null);
  assert.deepEqual(asked, [{ q: "tea", room: 7 }, { q: "tea" }]);
});

Deno.test("what is deleted while the next page is on its way does not come back with it", async () => {
  const { answer, search, seqs } = setUp();
  search.ask("tea");
  await answer(page([9, 8], 8));
  search.loadMore();
  const gone = { seq: 9, rev: 4, deleted_at: "2026-01-31T10:00:00.000Z", body: "" };
  const late = { ...gone, seq: 7 };
  for (const message of [gone, late]) {
    search.receive([/** @type {any} */ ({ type: "message", room: 7, message })]);
  }
  const older = page([7, 6]);
  for (const { message } of older.hits) message.rev = 1;
  await answer(older);
  assert.deepEqual(seqs(), [8, 6]);
});

Deno.test("without an answer on a connection that stays it can be asked again", async () => {
  const { answer, search } = setUp();
  search.ask("tea");
  await answer(new CommandError("timeout"));
  assert.equal(search.status, "error");
});
