import assert from "node:assert/strict";
import { Outbox } from "chat/outbox.js";
import { CommandError } from "chat/commands.js";
import { FakeClock, settled } from "./fakes.js";

/** @import { Entry } from "chat/outbox.js" */

const ROOM = 7;

/** @param {Entry[]} [kept] what an earlier visit left @param {boolean} [isForbidden] by the browser, to keep anything */
function setUp(kept = [], isForbidden = false) {
  const clock = new FakeClock();
  const stored = new Map(kept.map((entry) => [entry.clientId, entry]));
  /** @type {{ entry: Entry, ok: () => Promise<void>, refuse: (code: string, retryAfter?: number) => Promise<void> }[]} */
  const sends = [];
  let next = 1;
  const outbox = new Outbox({
    send: (entry) =>
      new Promise((resolve, reject) => {
        sends.push({
          entry,
          ok: () => {
            resolve({ at: "2026-01-31T09:00:00.000Z" });
            return settled().then(() => {});
          },
          refuse: (code, retryAfter) => {
            reject(new CommandError(code, "", retryAfter));
            return settled().then(() => {});
          },
        });
      }),
    storage: {
      load: () => isForbidden ? Promise.reject(new Error()) : Promise.resolve([...stored.values()]),
      put: (entry) => Promise.resolve(void stored.set(entry.clientId, entry)),
      remove: (clientId) => Promise.resolve(void stored.delete(clientId)),
    },
    uuid: () => `uuid-${next++}`,
    onChange: () => {},
    clock,
  });
  const states = () => outbox.of(ROOM).map((entry) => [entry.body, entry.state]);
  const sent = () => sends.map(({ entry }) => entry.body);
  return { clock, outbox, sends, states, sent, stored };
}

/** @param {Partial<Entry>} fields @returns {Entry} */
function left(fields) {
  return {
    clientId: "left",
    room: ROOM,
    body: "left over",
    replyTo: null,
    at: new FakeClock().now(),
    state: "sending",
    reason: null,
    sentAt: null,
    ...fields,
  };
}

Deno.test("it keeps what is written while there is no connection", () => {
  const { outbox, sends, states } = setUp();
  outbox.add(ROOM, "one");
  assert.deepEqual(states(), [["one", "waiting"]]);
  assert.equal(sends.length, 0);
});

Deno.test("it sends one after the other in a room, in order", async () => {
  const { outbox, sends, sent } = setUp();
  outbox.add(ROOM, "one");
  outbox.add(ROOM, "two");
  outbox.setConnected(true);
  assert.deepEqual(sent(), ["one"]);
  await sends[0].ok();
  assert.deepEqual(sent(), ["one", "two"]);
});

Deno.test("it does not keep another room waiting", () => {
  const { outbox, sent } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "here");
  outbox.add(8, "there");
  assert.deepEqual(sent(), ["here", "there"]);
});

Deno.test("it sends the same message under the same id after a lost connection", async () => {
  const { outbox, sends, sent } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  outbox.setConnected(false);
  await sends[0].refuse("disconnected");
  outbox.setConnected(true);
  assert.deepEqual(sent(), ["one", "one"]);
  assert.equal(sends[0].entry.clientId, sends[1].entry.clientId);
});

Deno.test("it tries again by itself when the server asks for a moment", async () => {
  const { clock, outbox, sends, sent } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  outbox.add(ROOM, "two");
  await sends[0].refuse("rate_limited", 700);
  await clock.pass(699);
  assert.deepEqual(sent(), ["one"]);
  await clock.pass(1);
  assert.deepEqual(sent(), ["one", "one"]);
});

Deno.test("it says why something could not be sent, and goes on with the next", async () => {
  const { outbox, sends, sent, states } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  outbox.add(ROOM, "two");
  await sends[0].refuse("muted");
  assert.deepEqual(states(), [["one", "failed"], ["two", "sending"]]);
  assert.equal(outbox.of(ROOM)[0].reason, "muted");
  assert.deepEqual(sent(), ["one", "two"]);
});

Deno.test("it retries under the same id", async () => {
  const { outbox, sends } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  await sends[0].refuse("muted");
  outbox.retry(sends[0].entry.clientId);
  assert.equal(sends.length, 2);
  assert.equal(sends[1].entry.clientId, sends[0].entry.clientId);
});

Deno.test("it shows a sent message until the timeline has it", async () => {
  const { outbox, sends, states } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  await sends[0].ok();
  assert.deepEqual(states(), [["one", "sent"]]);
  outbox.seen(sends[0].entry.clientId);
  assert.deepEqual(states(), []);
});

Deno.test("it goes on when the timeline has a message before its ok", async () => {
  const { outbox, sends, sent, states } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  outbox.add(ROOM, "two");
  outbox.seen(sends[0].entry.clientId);
  await sends[0].ok();
  assert.deepEqual(states(), [["two", "sending"]]);
  assert.deepEqual(sent(), ["one", "two"]);
});

Deno.test("what may already be stored cannot be taken out", async () => {
  const { outbox, sends, states } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  assert.equal(outbox.discard(sends[0].entry.clientId), undefined);
  await sends[0].refuse("archived");
  assert.equal(outbox.discard(sends[0].entry.clientId)?.body, "one");
  assert.deepEqual(states(), []);
});

Deno.test("it gives a server that breaks at a message three chances", async () => {
  const { clock, outbox, sends, states } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  for (let chance = 0; chance < 3; chance += 1) {
    await sends[chance].refuse("internal");
    await clock.pass(10_000);
  }
  assert.deepEqual(states(), [["one", "failed"]]);
  assert.equal(sends.length, 3);
});

Deno.test("it takes up what an earlier visit left, under its id", async () => {
  const { outbox, sends } = setUp([left({})]);
  outbox.setConnected(true);
  await outbox.restore();
  assert.equal(sends[0].entry.clientId, "left");
});

Deno.test("it does not send by itself what is too old to be known as a repeat", async () => {
  const { clock, outbox, sends } = setUp([left({ at: 0 })]);
  clock.sleep(25 * 60 * 60 * 1_000);
  outbox.setConnected(true);
  await outbox.restore();
  outbox.retry("left");
  assert.equal(sends.length, 0);
  assert.equal(outbox.of(ROOM)[0].reason, "expired");
});

Deno.test("it sends also where nothing can be kept", async () => {
  const { outbox, sent } = setUp([], true);
  await outbox.restore();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  assert.deepEqual(sent(), ["one"]);
});

Deno.test("it forgets what was sent, also in storage", async () => {
  const { outbox, sends, stored } = setUp();
  outbox.setConnected(true);
  outbox.add(ROOM, "one");
  assert.equal(stored.size, 1);
  await sends[0].ok();
  assert.equal(stored.size, 0);
});
