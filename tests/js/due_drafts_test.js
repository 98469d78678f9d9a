import assert from "node:assert/strict";
import { DueDrafts } from "chat/due-drafts.js";
import { Keep } from "chat/keep.js";
import { sendKept } from "chat/sending.js";
import { FakeShelf } from "./fakes.js";
import { room } from "./wire.js";

function setUp() {
  /** @type {Map<number, "sending" | "done" | "failed">} the only file of each room */
  const files = new Map();
  /** @type {string[]} */
  const told = [];
  const due = new DueDrafts({
    uploads: {
      isBusy: (room) => files.get(room) === "sending",
      of: (room) => files.has(room) ? [{ state: files.get(room) ?? "done" }] : [],
    },
    send: (room) => told.push(`sent ${room}`),
    onStuck: (room) => told.push(`stuck ${room}`),
  });
  /** @param {number} room @param {"sending" | "done" | "failed"} state */
  const becomes = (room, state) => {
    files.set(room, state);
    due.filesChanged();
  };
  return { due, becomes, told };
}

Deno.test("each room's draft leaves with its own files, whatever was sent elsewhere meanwhile", () => {
  const { due, becomes, told } = setUp();
  becomes(7, "sending");
  assert.equal(due.wait(7), true);
  becomes(8, "sending");
  due.wait(8);
  becomes(8, "done");
  assert.deepEqual([told, due.has(7)], [["sent 8"], true]);
  becomes(7, "done");
  assert.deepEqual([told, due.has(7)], [["sent 8", "sent 7"], false]);
});

Deno.test("a draft whose file failed is not sent without it, and is said to be stuck once", () => {
  const { due, becomes, told } = setUp();
  becomes(7, "sending");
  due.wait(7);
  becomes(7, "failed");
  becomes(7, "done");
  assert.deepEqual(told, ["stuck 7"]);
});

Deno.test("what has no files on their way does not wait", () => {
  const { due } = setUp();
  assert.equal(due.wait(7), false);
});

Deno.test("what is kept of a draft leaves with its files, and is a draft no more", () => {
  const keep = new Keep(new FakeShelf(), new FakeShelf(), 1);
  keep.setDraft(7, "look \n");
  keep.setReplyTo(7, 3);
  /** @type {unknown[]} */
  const sent = [];
  const app = /** @type {any} */ ({
    keep,
    picker: { names: null },
    store: { rooms: new Map([[7, room(7)]]), server: { limits: { body: 10 } } },
    pace: { left: () => 0 },
    uploads: { of: () => [{}], take: () => ["file"] },
    outbox: { add: (/** @type {unknown[]} */ ...entry) => sent.push(entry) },
  });
  assert.equal(sendKept(app, 7), true);
  assert.deepEqual(sent, [[7, "look", 3, ["file"]]]);
  assert.deepEqual([keep.draft(7), keep.replyTo(7)], ["", null]);
  keep.setDraft(7, "much too long");
  assert.equal(sendKept(app, 7), false);
  assert.equal(keep.draft(7), "much too long");
});
