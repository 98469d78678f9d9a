/** What the page knows of making, changing and keeping rooms before it asks the server. */

import assert from "node:assert/strict";
import * as may from "chat/may.js";
import { countdown, Pace } from "chat/pace.js";
import { changesOf, complaintOf, complaints, slugOf } from "chat/room-form.js";
import { daysFrom, hoursFrom } from "chat/until.js";
import { FakeClock } from "./fakes.js";
import { room } from "./wire.js";

const PUBLIC = { kind: /** @type {const} */ ("public") };
const PRIVATE = { kind: /** @type {const} */ ("private") };
const DIRECT = { kind: /** @type {const} */ ("direct"), slug: null };
const MINUTE = 60_000;

for (
  const [name, slug] of [
    ["  设计  评审 ", "设计-评审"],
    ["تصميم المنتج", "تصميم-المنتج"],
    ["می\u200cخواهم", "میخواهم"],
    ["हिन्दी चर्चा", "हिन्दी-चर्चा"],
    ["Cafe\u0301 & Bar!", "café-bar"],
    ["Launch 🚀", "launch"],
    ["☕️", ""],
    ["!!!", ""],
  ]
) {
  Deno.test(`the address of "${name}" is shown as the server makes it`, () => {
    assert.equal(slugOf(name), slug);
  });
}

Deno.test("a draft that is fine has no complaints", () => {
  for (const name of ["Design", "设计", "می\u200cخواهم", "👩🏾\u200d💻", "字".repeat(80)]) {
    assert.deepEqual(complaints({ name, topic: "" }), []);
  }
});

Deno.test("each complaint stands under its field", () => {
  const texts = (/** @type {string} */ name, /** @type {string} */ topic) =>
    complaints({ name, topic }).map(({ field, text }) => `${field}: ${text}`);
  assert.deepEqual(texts("  ", ""), ["name: room_name_missing"]);
  assert.deepEqual(texts("x".repeat(81), ""), ["name: room_name_long"]);
  assert.deepEqual(texts("a\u202eb", "a\u200bb"), ["name: room_hidden", "topic: room_hidden"]);
  assert.deepEqual(texts("Design", "x".repeat(501)), ["topic: room_topic_long"]);
});

Deno.test("a refusal stands under the name where it is about it", () => {
  assert.equal(complaintOf("conflict")?.text, "room_name_taken");
  assert.equal(complaintOf("muted"), null);
});

Deno.test("only what is new is sent", () => {
  const own = room(7, { name: "Design", topic: "Wood", slow_mode: 0 });
  const same = { name: " Design ", topic: "Wood", slow_mode: 0 };
  assert.deepEqual(changesOf(own, same), {});
  assert.deepEqual(changesOf(own, { ...same, topic: "", slow_mode: 30 }), {
    topic: "",
    slow_mode: 30,
  });
});

Deno.test("a member changes nothing and leaves", () => {
  const own = room(7, { ...PRIVATE, role: "member" });
  assert.deepEqual(
    [may.mayChange(own), may.mayArchive(own), may.mayInvite(own), may.mayMakeLinks(own)],
    [false, false, false, false],
  );
  assert.ok(may.mayLeave(own));
});

Deno.test("anybody invites to a public room, by name", () => {
  const own = room(7, { ...PUBLIC, role: "member" });
  assert.deepEqual([may.mayInvite(own), may.mayMakeLinks(own)], [true, false]);
});

Deno.test("a moderator changes a room but does not close it", () => {
  const own = room(7, { ...PRIVATE, role: "moderator" });
  assert.deepEqual([may.mayChange(own), may.mayArchive(own), may.mayMakeLinks(own)], [
    true,
    false,
    true,
  ]);
});

Deno.test("an archived room is only opened again", () => {
  const own = room(7, { ...PRIVATE, role: "owner", archived_at: "2026-01-31T09:00:00.000Z" });
  assert.deepEqual(
    [may.mayChange(own), may.mayInvite(own), may.mayMakeLinks(own), may.mayArchive(own)],
    [false, false, false, true],
  );
});

Deno.test("nobody rules a direct room", () => {
  const own = room(7, { ...DIRECT, role: "member" });
  assert.deepEqual(
    [may.mayLeave(own), may.mayInvite(own), may.mayChangeRoles(own), may.outranks(own, "member")],
    [false, false, false, false],
  );
});

for (
  const [mine, theirs, may_] of /** @type {[string, string, boolean][]} */ ([
    ["owner", "owner", true],
    ["moderator", "owner", false],
    ["moderator", "moderator", false],
    ["moderator", "member", true],
    ["member", "member", false],
  ])
) {
  Deno.test(`whether ${mine} outranks ${theirs}`, () => {
    assert.equal(may.outranks(room(7, { ...PRIVATE, role: mine }), theirs), may_);
  });
}

Deno.test("without slow mode one may always write", () => {
  const pace = new Pace(() => 0);
  pace.posted(7, 0);
  assert.equal(pace.left(room(7, { slow_mode: 0 })), 0);
});

Deno.test("in slow mode one waits from one's last message on", async () => {
  const clock = new FakeClock();
  const pace = new Pace(clock.now);
  const own = room(7, { slow_mode: 60 });
  await pace.follow(7, Promise.resolve());
  assert.equal(pace.left(own), MINUTE);
  clock.sleep(MINUTE - 1);
  assert.equal(pace.left(own), 1);
  clock.sleep(1);
  assert.equal(pace.left(own), 0);
});

Deno.test("the server's word counts where it says to wait", async () => {
  const clock = new FakeClock();
  const pace = new Pace(clock.now);
  const refused = Promise.reject(Object.assign(new Error(), { retryAfter: 5_000 }));
  await assert.rejects(pace.follow(7, refused));
  assert.equal(pace.left(room(7, { slow_mode: 60 })), 5_000);
});

Deno.test("a clock that is off makes nobody wait for longer than the pause", () => {
  const pace = new Pace(() => 0);
  pace.posted(7, 10 * MINUTE);
  assert.equal(pace.left(room(7, { slow_mode: 60 })), MINUTE);
});

Deno.test("one is muted for as long as the server's clock says, or for good", () => {
  const now = Date.parse("2026-01-31T09:00:00.000Z");
  const pace = new Pace(() => now, () => 5_000); // this one is late
  const until = "2026-01-31T09:01:00.000Z";
  assert.equal(pace.muted(room(7, { mute: { until } })), 55_000);
  assert.equal(new Pace(() => now + MINUTE).muted(room(7, { mute: { until } })), 0);
  assert.equal(pace.muted(room(7, { mute: { until: null } })), Infinity);
  assert.equal(pace.muted(room(7)), 0);
});

Deno.test("one may post where one is not muted and the room is not archived", () => {
  const at = "2026-01-31T09:00:00.000Z";
  const rooms = [room(7), room(7, { mute: { until: at } }), room(7, { archived_at: at })];
  const mayPost = (/** @type {number} */ now) =>
    rooms.map((own) => new Pace(() => now).mayPost(own));
  assert.deepEqual(mayPost(Date.parse(at) - 1), [true, false, false]);
  assert.deepEqual(mayPost(Date.parse(at)), [true, true, false]);
});

Deno.test("a countdown is short", () => {
  assert.deepEqual([1, 59_001, 61_000, 5_400_000].map(countdown), [
    "0:01",
    "1:00",
    "1:01",
    "1:30:00",
  ]);
});

Deno.test("times to come are written as the wire has them", () => {
  const now = Date.UTC(2026, 0, 31, 9);
  assert.equal(hoursFrom(now, 1), "2026-01-31T10:00:00.000Z");
  assert.equal(daysFrom(now, 7), "2026-02-07T09:00:00.000Z");
});
