import assert from "node:assert/strict";
import { TimelineLoading } from "chat/components/timeline-loading.js";
import { History } from "chat/history.js";
import { message, messages, page } from "./wire.js";

/** Somebody who reads in the middle of a room, far from what is held above and below; what is loaded for them. */
function setUp({ held = messages(101, 120), isLive = true } = {}) {
  /** @type {string[]} */
  const loads = [];
  const history = new History();
  history.begin();
  history.load(page(held, { first_seq: 1, last_seq: 1_000 }), "replace");
  const scroll = { isAtEnd: false, page: 500, above: 9_000, below: 9_000, middle: 110 };
  let fails = false;
  const load = (/** @type {string} */ what) => () => {
    loads.push(what);
    return fails ? Promise.reject(new Error("no answer")) : Promise.resolve();
  };
  const app = {
    view: { room: 7 },
    store: { histories: new Map([[7, history]]) },
    client: { loading: { open: load("open"), older: load("older"), newer: load("newer") } },
    socket: { isLive },
  };
  let changes = 0;
  const loading = new TimelineLoading(
    /** @type {any} */ (app),
    /** @type {any} */ (scroll),
    () => changes += 1,
  );
  return { app, history, loading, loads, scroll, fail: () => fails = true, changes: () => changes };
}

Deno.test("what one comes near is loaded, above or below", () => {
  const { loading, loads, scroll } = setUp();
  loading.near();
  scroll.above = 1_999; // within four pages of it
  loading.near();
  Object.assign(scroll, { above: 9_000, below: 1_999 });
  loading.near();
  assert.deepEqual(loads, ["older", "newer"]);
});

Deno.test("at the end less is loaded ahead: most people stay there", () => {
  const { loading, loads, scroll } = setUp();
  Object.assign(scroll, { isAtEnd: true, above: 1_000 });
  loading.near();
  assert.deepEqual(loads, []);
  scroll.above = 700;
  loading.near();
  assert.deepEqual(loads, ["older"]);
});

Deno.test("of very much what is far from where one reads is let go first", () => {
  const { history, loading, loads, scroll, changes } = setUp({ held: messages(1, 601) });
  Object.assign(scroll, { middle: 300, above: 0 });
  loading.near();
  assert.ok(history.messages.length <= 401);
  assert.ok(history.holds(300));
  assert.deepEqual([loads, changes()], [[], 1]);
});

Deno.test("what failed is not asked for again and again", async () => {
  const { loading, loads, scroll, fail, changes } = setUp();
  fail();
  scroll.above = 0;
  await loading.beyond(-1);
  assert.deepEqual([loading.hasFailed, changes()], [true, 1]);
  loading.near();
  assert.deepEqual(loads, ["older"]);
});

Deno.test("without a connection nothing has failed, nor in a room that one has left", async () => {
  const away = setUp({ isLive: false });
  away.fail();
  await away.loading.open();
  const left = setUp();
  left.fail();
  const opened = left.loading.open();
  left.app.view.room = 8;
  await opened;
  assert.deepEqual([away.loading.hasFailed, left.loading.hasFailed], [false, false]);
});

Deno.test("a message is absent where all around it is there", () => {
  const held = [message(101), message(103)];
  const { loading } = setUp({ held });
  assert.deepEqual([102, 100, 104].map((seq) => loading.isAbsent(seq)), [true, false, false]);
});
