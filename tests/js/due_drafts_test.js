import assert from "node:assert/strict";
import { DueDrafts } from "chat/due-drafts.js";

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
