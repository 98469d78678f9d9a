import assert from "node:assert/strict";
import { ConnectionLog } from "chat/connection-log.js";
import { FakeClock } from "./fakes.js";

/** @typedef {import("chat/socket.js").State} State */

/** @type {State} */
const CONNECTING = { name: "connecting", cause: null };
/** @type {State} */
const LIVE = { name: "live" };
/** @type {State} */
const WAITING = { name: "waiting", cause: "restarting", until: 0 };

function setUp() {
  const clock = new FakeClock();
  const log = new ConnectionLog(clock.now);
  const enter = (/** @type {State[]} */ ...states) => states.forEach((state) => log.entered(state));
  return { clock, log, enter };
}

Deno.test("the first connection is no reconnect", () => {
  const { log, enter } = setUp();
  enter(CONNECTING, LIVE);
  assert.deepEqual([log.state, log.reconnects, log.lastLoss], ["live", 0, null]);
});

Deno.test("it counts who came back, and keeps why they were away", () => {
  const { clock, log, enter } = setUp();
  enter(CONNECTING, LIVE);
  log.ended(1012);
  enter(WAITING, CONNECTING, LIVE);
  assert.equal(log.reconnects, 1);
  assert.deepEqual(log.lastLoss, { cause: "restarting", code: 1012, at: clock.now() });
});

Deno.test("a try that fails is a try, and no loss of its own", () => {
  const { log, enter } = setUp();
  enter(CONNECTING, LIVE, WAITING);
  const { lastLoss } = log;
  enter(CONNECTING, { ...WAITING, cause: "lost" }, CONNECTING);
  assert.deepEqual([log.tries, log.reconnects, log.lastLoss], [2, 0, lastLoss]);
  enter(LIVE);
  assert.equal(log.tries, 0);
});

Deno.test("it keeps why a connection was ended for good", () => {
  const { log, enter } = setUp();
  enter(CONNECTING, LIVE);
  log.ended(4409);
  enter({ name: "stopped", reason: "displaced" });
  assert.deepEqual([log.lastLoss?.cause, log.lastLoss?.code], ["displaced", 4409]);
});

Deno.test("it knows since when it is so", async () => {
  const { clock, log, enter } = setUp();
  enter(CONNECTING, LIVE);
  const since = clock.now();
  await clock.pass(5_000);
  enter(LIVE);
  assert.equal(log.since, since);
  enter(WAITING);
  assert.equal(log.since, clock.now());
});

Deno.test("it keeps the last twenty round trips, and tells the one in the middle", async () => {
  const { clock, log } = setUp();
  assert.equal(log.trips, null);
  for (const trip of [9_000, ...Array(19).fill(30), 70]) {
    const sentAt = clock.now();
    await clock.pass(trip);
    log.answered(sentAt);
  }
  assert.deepEqual(log.trips, { last: 70, median: 30, count: 20 });
});

Deno.test("a clock that is set back makes no time negative", () => {
  const { clock, log } = setUp();
  log.answered(clock.now() + 5_000);
  assert.equal(log.trips?.last, 0);
});

Deno.test("it takes the server's clock from what was least old when it came", () => {
  const { clock, log } = setUp();
  assert.equal(log.serverAhead, null);
  for (const lead of [2_600, 2_950, 1_000]) {
    log.heard(new Date(clock.now() + lead).toISOString());
  }
  assert.equal(log.serverAhead, 2_950);
});

Deno.test("it knows whether both ends agreed to compress", () => {
  const { log } = setUp();
  assert.equal(log.isCompressed, null);
  log.opened("permessage-deflate; client_no_context_takeover");
  assert.equal(log.isCompressed, true);
  log.opened("");
  assert.equal(log.isCompressed, false);
});

Deno.test("it counts the gaps and keeps the last", () => {
  const { clock, log } = setUp();
  log.repaired(7, 2, 4);
  log.repaired(8, 10, 12);
  assert.equal(log.gaps, 2);
  assert.deepEqual(log.lastGap, { room: 8, from: 10, to: 12, at: clock.now() });
});
