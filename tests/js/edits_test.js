import assert from "node:assert/strict";
import { CommandError } from "chat/commands.js";
import { Edits } from "chat/edits.js";
import { versionsOf } from "chat/versions.js";
import { settled } from "./fakes.js";
import { message } from "./wire.js";

const ROOM = 7;

/** Edits, and the saves that the server has yet to answer. */
function make() {
  /** @type {{ body: unknown, ok: (rev: number) => Promise<unknown>, refuse: (code: string) => Promise<unknown> }[]} */
  const asked = [];
  /** @type {number[]} */
  const forgotten = [];
  const edits = new Edits({
    act: (_, fields) =>
      new Promise((resolve, reject) =>
        asked.push({
          body: fields.body,
          ok: (rev) => (resolve({ rev }), settled()),
          refuse: (code) => (reject(new CommandError(code)), settled()),
        })
      ),
    onChange: () => {},
    forget: (_, seq) => forgotten.push(seq),
  });
  return { edits, asked, forgotten };
}

Deno.test("an edit is shown until the message itself tells it", async () => {
  const { edits, asked } = make();
  edits.save(ROOM, 3, "better");
  assert.equal(edits.of(ROOM, message(3))?.body, "better");
  await asked[0].ok(9);
  assert.equal(edits.of(ROOM, message(3))?.state, "saved");
  assert.equal(edits.of(ROOM, message(3, { rev: 9 })), undefined);
});

Deno.test("a refused edit keeps its words and its reason", async () => {
  const { edits, asked } = make();
  edits.save(ROOM, 3, "better");
  await asked[0].refuse("muted");
  const { state, reason } = edits.of(ROOM, message(3)) ?? {};
  assert.deepEqual([state, reason], ["failed", "muted"]);
  assert.equal(edits.drop(ROOM, 3), "better");
  assert.equal(edits.of(ROOM, message(3)), undefined);
});

Deno.test("a refused edit can be tried again", async () => {
  const { edits, asked } = make();
  edits.save(ROOM, 3, "better");
  await asked[0].refuse("unavailable");
  edits.retry(ROOM, 3);
  assert.deepEqual(asked.map(({ body }) => body), ["better", "better"]);
  assert.equal(edits.of(ROOM, message(3))?.state, "saving");
});

Deno.test("an edit whose answer was lost is sent again on the next connection", async () => {
  const { edits, asked } = make();
  edits.save(ROOM, 3, "better");
  await asked[0].refuse("disconnected");
  assert.equal(edits.of(ROOM, message(3))?.state, "saving");
  edits.resume();
  assert.equal(asked.length, 2);
});

Deno.test("an edit that has no answer on a connection that stays is sent again", async () => {
  const { edits, asked } = make();
  edits.save(ROOM, 3, "better");
  await asked[0].refuse("timeout");
  assert.deepEqual(asked.map(({ body }) => body), ["better", "better"]);
  edits.save(ROOM, 3, "best");
  await asked[1].refuse("timeout");
  assert.deepEqual(asked.map(({ body }) => body), ["better", "better", "best"]);
});

Deno.test("of two edits the later one counts, whatever becomes of the first", async () => {
  const { edits, asked } = make();
  edits.save(ROOM, 3, "better");
  edits.save(ROOM, 3, "best");
  await asked[0].refuse("muted");
  const { body, state } = edits.of(ROOM, message(3)) ?? {};
  assert.deepEqual([body, state], ["best", "saving"]);
});

Deno.test("of a deleted message no edit is shown", () => {
  const { edits } = make();
  edits.save(ROOM, 3, "better");
  assert.equal(edits.of(ROOM, message(3, { deleted_at: "2026-01-31T10:00:00.000Z" })), undefined);
});

Deno.test("versions have the time at which they were written, the newest first", () => {
  const now = message(1, { body: "c", at: "09:00" });
  const versions = versionsOf(now, [{ body: "a", at: "09:05" }, { body: "b", at: "09:10" }]);
  assert.deepEqual(versions, [
    { body: "c", at: "09:10", isCurrent: true },
    { body: "b", at: "09:05", isCurrent: false },
    { body: "a", at: "09:00", isCurrent: false },
  ]);
});

Deno.test("its words are kept until it is saved or let go", async () => {
  const { edits, asked, forgotten } = make();
  edits.save(ROOM, 3, "better");
  await asked[0].refuse("disconnected");
  edits.save(ROOM, 4, "worse");
  await asked[1].refuse("muted");
  assert.deepEqual(forgotten, []);
  edits.resume();
  await asked[2].ok(9);
  edits.drop(ROOM, 4);
  assert.deepEqual(forgotten, [3, 4]);
});
