import assert from "node:assert/strict";
import { AWAY_AFTER } from "chat/activity.js";
import { Here } from "chat/here.js";
import { MAX_WATCHED } from "chat/presence.js";
import { FakeClock, settled } from "./fakes.js";
import { message, sync } from "./wire.js";

const LAST = 9;
const EDITED = "2026-01-01T00:00:00Z";
const WELCOME = { type: "welcome", me: { hidden: false } };

/** @param {Record<string, any>} [answers] by command */
function setUp(answers = {}) {
  const clock = new FakeClock();
  /** @type {[string, Record<string, any>][]} */
  const said = [];
  const here = new Here({
    command: (type, fields) => {
      said.push([type, fields]);
      const answer = answers[type] ?? { users: {}, seen: {} };
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    lastSeq: () => LAST,
    held: (_, seq) =>
      seq > LAST ? undefined : { ...message(seq), edited_at: seq < LAST ? EDITED : null },
    onPresence: () => {},
    onTyping: () => {},
    clock,
  });
  return { clock, said, here };
}

/** Bob's. @param {number} seq @returns {import("chat/wire.d.ts").MessageEvent} */
function said(seq) {
  return { type: "message", room: 1, message: message(seq) };
}

Deno.test("it watches those on the page once there is a connection", async () => {
  const answer = { users: { 2: "online", 3: "offline" }, seen: { 3: "2026-01-31T09:30:00.000Z" } };
  const { clock, said, here } = setUp({ "presence.watch": answer });
  here.presence.show([2, 3]);
  here.connectionChanged(true);
  await clock.pass(1_000);
  assert.deepEqual(said, [["presence.watch", { users: [2, 3] }]]);
  assert.equal(here.presence.of(2), "online");
  assert.equal(here.presence.seenAt(3), "2026-01-31T09:30:00.000Z");
  assert.equal(here.presence.of(4), null);
});

Deno.test("the same people are not asked for twice, others soon", async () => {
  const { clock, said, here } = setUp();
  here.connectionChanged(true);
  here.presence.show([2]);
  here.presence.show([2, 3]);
  await clock.pass(1_000);
  here.presence.show([3, 2]);
  await clock.pass(1_000);
  assert.deepEqual(said, [["presence.watch", { users: [2, 3] }]]);
});

Deno.test("no more are watched than the server takes", async () => {
  const { clock, said, here } = setUp();
  here.connectionChanged(true);
  here.presence.show(Array.from({ length: 2 * MAX_WATCHED }, (_, id) => id + 1));
  await clock.pass(1_000);
  assert.equal(said[0][1].users.length, MAX_WATCHED);
});

Deno.test("what is refused is asked again, but not without a connection", async () => {
  const { clock, said, here } = setUp({ "presence.watch": new Error("rate_limited") });
  here.connectionChanged(true);
  here.presence.show([2]);
  await clock.pass(500);
  here.connectionChanged(false);
  await clock.pass(5_000);
  assert.ok(said.length >= 1 && said.length <= 2);
});

Deno.test("without a connection nothing is known of anybody", async () => {
  const { clock, here } = setUp({ "presence.watch": { users: { 2: "online" }, seen: {} } });
  here.connectionChanged(true);
  here.presence.show([2]);
  await clock.pass(1_000);
  here.connectionChanged(false);
  assert.equal(here.presence.of(2), null);
});

Deno.test("a change is taken, and who goes was here until now", () => {
  const { here } = setUp();
  here.receive([/** @type {any} */ ({ type: "presence", users: { 2: "offline" } })]);
  assert.equal(here.presence.of(2), "offline");
  assert.equal(here.presence.seenAt(2), new Date(1_000_000).toISOString());
});

Deno.test("one is away after five minutes, and back with the first touch", async () => {
  const { clock, said, here } = setUp();
  here.receive([/** @type {any} */ (WELCOME)]);
  here.connectionChanged(true);
  here.activity.start();
  await clock.pass(AWAY_AFTER + 30_000);
  here.activity.acted();
  await settled();
  assert.deepEqual(said, [
    ["presence.set", { status: "away" }],
    ["presence.set", { status: "online" }],
  ]);
});

Deno.test("who was away when the connection came back still is", async () => {
  const { clock, said, here } = setUp();
  here.activity.start();
  await clock.pass(AWAY_AFTER + 30_000);
  here.connectionChanged(true);
  assert.deepEqual(said, [["presence.set", { status: "away" }]]);
});

Deno.test("who hides is shown again by saying so, not by a touch", async () => {
  const { clock, said, here } = setUp();
  here.receive([/** @type {any} */ ({ type: "welcome", me: { hidden: true } })]);
  here.connectionChanged(true);
  here.activity.start();
  await clock.pass(AWAY_AFTER + 30_000);
  await here.hide(false);
  assert.deepEqual(said, [
    ["presence.set", { status: "away" }],
    ["presence.set", { status: "shown" }],
  ]);
});

Deno.test("who writes is told for six seconds, or until the message comes", async () => {
  const { clock, here } = setUp();
  const typing = /** @type {any} */ ({ type: "typing", room: 1, user: 2 });
  here.receive([typing]);
  await clock.pass(4_000);
  here.receive([typing]);
  await clock.pass(4_000);
  assert.deepEqual(here.typing.in(1), [2]);
  await clock.pass(2_000);
  assert.deepEqual(here.typing.in(1), []);
  here.receive([typing, said(LAST + 1)]);
  assert.deepEqual(here.typing.in(1), []);
});

Deno.test("what becomes of an earlier message does not end what its author writes", () => {
  const { here } = setUp();
  here.receive([/** @type {any} */ ({ type: "typing", room: 1, user: 2 })]);
  here.receive([said(LAST)]); // somebody has reacted to it
  assert.deepEqual(here.typing.in(1), [2]);
});

Deno.test("an edit ends it, too", () => {
  const { here } = setUp();
  here.receive([/** @type {any} */ ({ type: "typing", room: 1, user: 2 })]);
  const { message, ...event } = said(LAST);
  here.receive([{ ...event, message: { ...message, edited_at: EDITED } }]);
  assert.deepEqual(here.typing.in(1), []);
});

Deno.test("a reaction to what was edited before does not end it", () => {
  const { here } = setUp();
  here.receive([/** @type {any} */ ({ type: "typing", room: 1, user: 2 })]);
  const { message, ...event } = said(LAST - 1);
  here.receive([{ ...event, message: { ...message, edited_at: EDITED } }]);
  assert.deepEqual(here.typing.in(1), [2]);
});

Deno.test("a message that comes with what was missed ends it, too", () => {
  const { here } = setUp();
  here.receive([/** @type {any} */ ({ type: "typing", room: 1, user: 2 })]);
  here.receive([sync(1, 2, { room: 1, messages: [message(LAST + 1)] })]);
  assert.deepEqual(here.typing.in(1), []);
});

Deno.test("that one writes is said now and then, and anew after sending", async () => {
  const { clock, said, here } = setUp();
  here.connectionChanged(true);
  for (let count = 0; count < 3; count += 1) {
    here.typing.wrote(1);
    await clock.pass(1_000);
  }
  assert.deepEqual(said, [["typing", { room: 1 }]]);
  here.typing.stopped();
  here.typing.wrote(1);
  assert.equal(said.length, 2);
});

Deno.test("who could not be hidden is told so", async () => {
  const { here } = setUp({ "presence.set": new Error("rate_limited") });
  here.connectionChanged(true);
  await assert.rejects(here.hide(true));
  assert.equal(here.isHidden, false);
});

Deno.test("that one is back is said until it is heard", async () => {
  const { clock, said, here } = setUp({ "presence.set": new Error("rate_limited") });
  here.connectionChanged(true);
  here.activity.start();
  await clock.pass(AWAY_AFTER + 30_000);
  said.length = 0;
  here.activity.acted();
  await settled();
  await clock.pass(11_000);
  assert.deepEqual(said.map(([, { status }]) => status), ["online", "online", "online"]);
  here.connectionChanged(false);
  await clock.pass(11_000);
  assert.equal(said.length, 3);
});
