import assert from "node:assert/strict";
import { ConnectionLog } from "chat/connection-log.js";
import { factsOf, reportOf } from "chat/connection-report.js";
import { Store } from "chat/store.js";
import { ALICE, messages, room, start } from "./wire.js";

const NOW = Date.UTC(2026, 0, 31, 9, 1);

/** @param {{ body: string, state: string, at: number }[]} [entries] @param {{ name: string }[]} [uploads] */
function facts(entries = [], uploads = []) {
  const store = new Store();
  store.start(start(messages(1, 3)));
  store.apply([{ type: "membership", room: room(8, { name: "Bob and friends" }), users: [] }]);
  const log = new ConnectionLog(() => NOW);
  const outbox = /** @type {any} */ ({ all: entries });
  return factsOf({ log, store, outbox, uploads: /** @type {any} */ ({ all: uploads }) }, NOW);
}

Deno.test("it tells what is held of each room, those with messages first", () => {
  assert.deepEqual(facts().rooms, [{ id: 7, rev: 3, held: 3 }, { id: 8, rev: 0, held: 0 }]);
});

Deno.test("it tells what was not sent yet, and how old the oldest of it is", () => {
  const entry = { body: "", state: "waiting", at: NOW - 60_000 };
  const sent = { body: "", state: "sent", at: NOW - 90_000 };
  const unsent = facts([entry, { ...entry, state: "failed", at: NOW - 5_000 }, sent]).unsent;
  assert.deepEqual(unsent, { waiting: 1, failed: 1, oldest: NOW - 60_000 });
  assert.deepEqual(facts().unsent, { waiting: 0, failed: 0, oldest: null });
});

Deno.test("its report says nothing that anybody wrote or is called", () => {
  const report = reportOf(
    facts([{ body: "my secret", state: "failed", at: NOW }], [{ name: "letter.pdf" }]),
  );
  for (const word of ["my secret", "letter", "message 1", "Bob", ALICE.name, "alice", "room 7"]) {
    assert(!report.includes(word), word);
  }
  assert.match(report, /^user: 1$/m);
  assert.match(report, /^outbox: 0 waiting, 1 failed, oldest 2026-01-31T09:01:00.000Z$/m);
  assert.match(report, /^files held: 1$/m);
  assert.match(report, /^ {2}7 3 3$/m);
});

Deno.test("its report says what is not known yet", () => {
  const report = reportOf(facts());
  assert.match(report, /^round trip: not measured$/m);
  assert.match(report, /^compression: unknown$/m);
  assert.match(report, /^server clock: unknown$/m);
  assert.match(report, /^last loss: none$/m);
});
