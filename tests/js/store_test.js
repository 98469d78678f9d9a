import assert from "node:assert/strict";
import { Store } from "chat/store.js";
import {
  ALICE,
  BOB,
  EPOCH,
  message,
  messages,
  page,
  room,
  start,
  sync,
  user,
  welcome,
} from "./wire.js";

const ROOM = 7;

/** @param {import("chat/wire.d.ts").Message[]} held */
function storeWith(held) {
  const store = new Store();
  store.start(start(held));
  return store;
}

/** @param {Store} store */
function bodies(store) {
  return store.histories.get(ROOM)?.messages.map((held) => held.body);
}

/** @param {Parameters<typeof message>} args */
function arrival(...args) {
  return { type: /** @type {"message"} */ ("message"), room: ROOM, message: message(...args) };
}

Deno.test("it starts from what the page came with", () => {
  const store = storeWith(messages(1, 3));
  assert.deepEqual(bodies(store), ["message 1", "message 2", "message 3"]);
  assert.deepEqual(store.heldRevs(), { 7: 3 });
});

Deno.test("it takes the next message", () => {
  const store = storeWith(messages(1, 2));
  store.apply([arrival(3)]);
  assert.deepEqual(bodies(store), ["message 1", "message 2", "message 3"]);
  assert.equal(store.rooms.get(ROOM)?.last_seq, 3);
  assert.equal(store.revOf(ROOM), 3);
});

Deno.test("it takes the same message twice as once", () => {
  const store = storeWith(messages(1, 2));
  store.apply([arrival(3), arrival(3)]);
  assert.equal(bodies(store)?.length, 3);
  assert.equal(store.revOf(ROOM), 3);
});

Deno.test("it keeps a row that is newer than a late change", () => {
  const store = storeWith([message(1, { rev: 5, body: "edited" })]);
  store.apply([arrival(1, { rev: 1, body: "first" })]);
  assert.deepEqual(bodies(store), ["edited"]);
});

Deno.test("it puts a change aside that comes too early, and wants a sync", () => {
  const store = storeWith(messages(1, 2));
  store.apply([arrival(4)]);
  assert.deepEqual(bodies(store), ["message 1", "message 2"]);
  assert.equal(store.revOf(ROOM), 2);
  assert.deepEqual(store.takeWantedSyncs(), [[ROOM, 2]]);
  assert.deepEqual(store.takeWantedSyncs(), []);
});

Deno.test("it applies what was early once a sync has filled the gap", () => {
  const store = storeWith(messages(1, 2));
  store.apply([arrival(4)]);
  store.apply([sync(2, 3, { messages: [message(3)] })]);
  assert.deepEqual(bodies(store), ["message 1", "message 2", "message 3", "message 4"]);
  assert.equal(store.revOf(ROOM), 4);
});

Deno.test("it takes a sync from a rev below the one it holds", () => {
  const store = storeWith(messages(1, 3));
  store.apply([sync(1, 4, { messages: [message(2), message(3), message(4)] })]);
  assert.equal(store.revOf(ROOM), 4);
  assert.equal(bodies(store)?.length, 4);
});

Deno.test("a sync tells when a room was last written in", () => {
  const store = storeWith(messages(1, 2));
  const late = "2026-02-01T10:00:00.000Z";
  store.apply([sync(1, 3, { messages: [message(3, { at: late }), message(2)] })]);
  assert.equal(store.rooms.get(ROOM)?.last_at, late);
});

Deno.test("it does not take a sync that begins after a gap", () => {
  const store = storeWith(messages(1, 2));
  store.apply([sync(3, 5, { messages: [message(4)] })]);
  assert.equal(store.revOf(ROOM), 2);
  assert.equal(bodies(store)?.length, 2);
  assert.deepEqual(store.takeWantedSyncs(), [[ROOM, 2]]);
});

Deno.test("it goes on from where an unfinished sync ended", () => {
  const store = storeWith(messages(1, 2));
  store.apply([sync(2, 4, { messages: [message(4)], more: true })]);
  assert.deepEqual(store.takeWantedSyncs(), [[ROOM, 4]]);
  store.apply([sync(4, 6, { messages: [message(3, { rev: 6 })] })]);
  assert.deepEqual(store.histories.get(ROOM)?.messages.map((held) => held.seq), [1, 2, 3, 4]);
});

Deno.test("it applies what came meanwhile over a page that was on its way", () => {
  const store = storeWith([message(5)]);
  const history = store.openHistory(ROOM);
  history.begin();
  store.apply([arrival(2, { rev: 6, body: "edited" })]);
  store.historyLoaded(ROOM, page(messages(1, 4), { last_seq: 5 }), "older");
  assert.equal(history.find(2)?.body, "edited");
  assert.equal(history.isStart, true);
});

Deno.test("it ignores a new message while it holds an older stretch only", () => {
  const store = storeWith([]);
  const history = store.openHistory(ROOM);
  history.begin();
  store.historyLoaded(ROOM, page(messages(10, 20), { last_seq: 90 }), "replace");
  store.apply([sync(0, 91, { messages: [message(91)] })]);
  assert.equal(history.high, 20);
  assert.equal(store.rooms.get(ROOM)?.last_seq, 91);
});

Deno.test("it holds on to the rows of a room that was reset until they are replaced", () => {
  const store = storeWith(messages(1, 2));
  store.apply([{ type: "reset", room: ROOM, rev: 40 }]);
  assert.equal(bodies(store)?.length, 2);
  assert.equal(store.histories.get(ROOM)?.isStale, true);
  assert.deepEqual(store.heldRevs(), {});
  store.openHistory(ROOM).begin();
  store.historyLoaded(ROOM, page([message(9, { rev: 40 })], { last_seq: 9 }), "replace");
  store.apply([arrival(10, { rev: 41 })]);
  assert.deepEqual(store.histories.get(ROOM)?.messages.map((held) => held.seq), [9, 10]);
});

Deno.test("it starts afresh when the database is another", () => {
  const store = storeWith(messages(1, 2));
  store.apply([welcome([room(ROOM, { last_rev: 1 })], EPOCH.replace("1", "2"))]);
  assert.equal(store.histories.size, 0);
  assert.equal(store.revOf(ROOM), 1);
});

Deno.test("it keeps the rev it holds when it is welcomed back", () => {
  const store = storeWith(messages(1, 2));
  store.apply([welcome([room(ROOM, { last_seq: 9, last_rev: 9 })])]);
  assert.equal(store.revOf(ROOM), 2);
  assert.equal(bodies(store)?.length, 2);
});

Deno.test("it does not hold on to people of a room whose changes it was not told", () => {
  const store = storeWith(messages(1, 2));
  store.dropHistory(ROOM);
  assert.equal(store.members.has(ROOM), false);
  store.membersLoaded(ROOM, { members: [], users: [], more: false }, 2);
  store.apply([welcome([room(ROOM, { last_rev: 9 })])]);
  assert.equal(store.members.has(ROOM), false);
});

Deno.test("what was read here is not unread again by a welcome", () => {
  const store = storeWith(messages(1, 3));
  store.move(ROOM, { seq: 3, isBack: false });
  store.apply([welcome([room(ROOM, { last_seq: 3, last_rev: 3, read_seq: 1, mentions: 2 })])]);
  assert.equal(store.rooms.get(ROOM)?.read_seq, 3);
  assert.equal(store.rooms.get(ROOM)?.mentions, 0);
});

Deno.test("it forgets a room that is absent from a welcome", () => {
  const store = storeWith(messages(1, 2));
  store.apply([welcome([])]);
  assert.equal(store.rooms.size, 0);
  assert.equal(store.histories.size, 0);
});

Deno.test("it counts a newcomer in, and who leaves out", () => {
  const store = storeWith(messages(1, 2));
  const carol = user(3, "Carol");
  store.apply([
    { type: "member", room: ROOM, rev: 3, user: 3, role: "member", profile: carol },
  ]);
  assert.equal(store.rooms.get(ROOM)?.members, 3);
  assert.equal(store.members.get(ROOM)?.rows.get(3)?.role, "member");
  store.apply([{ type: "member", room: ROOM, rev: 4, user: 3, role: null, profile: null }]);
  assert.equal(store.rooms.get(ROOM)?.members, 2);
  assert.equal(store.members.get(ROOM)?.rows.get(3)?.role, null);
});

Deno.test("a page of members does not undo what happened since it was asked for", () => {
  const store = storeWith(messages(1, 2));
  store.apply([{ type: "member", room: ROOM, rev: 3, user: 2, role: null, profile: BOB }]);
  const stale = { members: [{ user: 2, role: "member" }], users: [BOB], more: false };
  store.membersLoaded(ROOM, stale, 2);
  assert.equal(store.members.get(ROOM)?.rows.get(2)?.role, null);
});

Deno.test("it drops what retention removed", () => {
  const store = storeWith(messages(1, 4));
  const own = room(ROOM, { first_seq: 3, last_seq: 4 });
  store.apply([{ type: "room", rev: 5, room: own }]);
  assert.deepEqual(bodies(store), ["message 3", "message 4"]);
  assert.equal(store.histories.get(ROOM)?.isStart, true);
});

Deno.test("it gains a room and loses it", () => {
  const store = storeWith([]);
  store.apply([{ type: "membership", room: room(8, { last_rev: 12 }), users: [BOB] }]);
  assert.equal(store.revOf(8), 12);
  store.apply([{ type: "room_left", room: 8, reason: "removed" }]);
  assert.equal(store.rooms.has(8), false);
});

Deno.test("it knows how it ended with a room, until that is gained again", () => {
  const store = storeWith([]);
  store.apply([{ type: "room_left", room: ROOM, reason: "banned" }]);
  assert.equal(store.endings.get(ROOM), "banned");
  store.apply([{ type: "membership", room: room(ROOM), users: [] }]);
  assert.equal(store.endings.has(ROOM), false);
});

Deno.test("one's own part of a room does not turn its shared part back", () => {
  const store = storeWith(messages(1, 3));
  store.apply([{
    type: "membership",
    room: room(ROOM, { name: "old name", last_seq: 2, read_seq: 2 }),
    users: [],
  }]);
  assert.equal(store.rooms.get(ROOM)?.name, "room 7");
  assert.equal(store.rooms.get(ROOM)?.last_seq, 3);
  assert.equal(store.rooms.get(ROOM)?.read_seq, 2);
});

// ---- what comes again, late or too early

Deno.test("it starts at the rev of the welcome, which was read before the rest of the page", () => {
  const page = start(messages(1, 5));
  page.welcome.rooms[0].last_rev = 3;
  const store = new Store();
  store.start(page);
  assert.deepEqual(store.heldRevs(), { 7: 3 });
  store.apply([{ type: "room", rev: 4, room: room(ROOM, { name: "renamed", last_rev: 4 }) }]);
  assert.equal(store.rooms.get(ROOM)?.name, "renamed");
});

Deno.test("a welcome that was read before what came live turns nothing back", () => {
  const store = storeWith(messages(1, 3));
  store.apply([
    arrival(4),
    { type: "room", rev: 5, room: room(ROOM, { name: "renamed", last_seq: 4, last_rev: 5 }) },
    { type: "member", room: ROOM, rev: 6, user: 9, role: "member", profile: null },
    welcome([room(ROOM, { last_seq: 3, last_rev: 3 })]),
  ]);
  const own = store.rooms.get(ROOM);
  assert.deepEqual([own?.name, own?.last_seq, own?.members], ["renamed", 4, 3]);
  assert.equal(store.revOf(ROOM), 6);
});

Deno.test("who is counted in a welcome is not counted again when told", () => {
  const store = storeWith(messages(1, 3));
  store.apply([
    welcome([room(ROOM, { last_seq: 3, last_rev: 5, members: 3 })]),
    arrival(3, { rev: 4 }),
    { type: "member", room: ROOM, rev: 5, user: 9, role: "member", profile: null },
  ]);
  assert.equal(store.rooms.get(ROOM)?.members, 3);
  assert.equal(store.members.get(ROOM)?.rows.get(9)?.role, "member");
});

Deno.test("a late sync does not turn a room's name back", () => {
  const store = storeWith(messages(1, 3));
  store.apply([{ type: "room", rev: 4, room: room(ROOM, { name: "renamed", last_rev: 4 }) }]);
  store.apply([sync(1, 3, { room_state: room(ROOM, { last_rev: 3 }) })]);
  assert.equal(store.rooms.get(ROOM)?.name, "renamed");
});

Deno.test("a room that a later welcome brings is looked after", () => {
  const store = storeWith(messages(1, 3));
  store.apply([welcome([room(ROOM, { last_rev: 3 }), room(8, { last_rev: 12 })])]);
  assert.deepEqual(store.takeWantedSyncs(), [[8, 12]]);
});

Deno.test("the rooms of a first welcome need no looking after", () => {
  const store = storeWith(messages(1, 3));
  assert.deepEqual(store.takeWantedSyncs(), []);
  store.apply([welcome([room(ROOM, { last_rev: 9 })], EPOCH.replace("1", "2"))]);
  assert.deepEqual(store.takeWantedSyncs(), []);
});

Deno.test("a reset brings what the room is called by now", () => {
  const store = storeWith(messages(1, 2));
  const room_state = room(ROOM, { name: "Renamed", last_rev: 40 });
  store.apply([{ type: "reset", room: ROOM, rev: 40, room_state }]);
  assert.equal(store.rooms.get(ROOM)?.name, "Renamed");
});

Deno.test("what came before a reset and is later than it is not lost", () => {
  const store = storeWith(messages(1, 2));
  store.apply([arrival(9, { rev: 42 }), arrival(10, { rev: 41 })]);
  store.apply([{ type: "reset", room: ROOM, rev: 40 }]);
  assert.equal(store.revOf(ROOM), 42);
  assert.equal(store.rooms.get(ROOM)?.last_seq, 10);
});

Deno.test("what came before a room was welcomed again and is later is not lost", () => {
  const store = storeWith(messages(1, 2));
  store.dropHistory(ROOM);
  store.apply([arrival(9, { rev: 9 })]);
  store.apply([welcome([room(ROOM, { last_seq: 8, last_rev: 8 })])]);
  assert.equal(store.revOf(ROOM), 9);
});

Deno.test("a page that was read before a reset does not hold after it", () => {
  const store = storeWith(messages(1, 2));
  const history = store.openHistory(ROOM);
  history.begin();
  store.apply([{ type: "reset", room: ROOM, rev: 40 }]);
  store.historyLoaded(ROOM, page(messages(1, 3), { rev: 39 }), "replace");
  assert.equal(history.isStale, true);
  assert.deepEqual(store.heldRevs(), {});
  history.begin();
  store.historyLoaded(ROOM, page(messages(1, 4), { rev: 40 }), "replace");
  assert.equal(history.isStale, false);
});

Deno.test("it puts so much aside and no more, and is told the rest", () => {
  const store = storeWith(messages(1, 2));
  for (let seq = 4; seq <= 1_004; seq += 1) store.apply([arrival(seq)]);
  store.apply([sync(2, 3, { messages: [message(3)] })]);
  assert.equal(store.revOf(ROOM), 503);
  assert.deepEqual(store.takeWantedSyncs(), [[ROOM, 503]]);
  store.apply([sync(503, 1_003)]);
  assert.deepEqual(store.takeWantedSyncs(), [[ROOM, 1_003]]);
  store.apply([sync(1_003, 1_004)]);
  assert.deepEqual(store.takeWantedSyncs(), []);
});

Deno.test("nor is the rest lost by a reset", () => {
  const store = storeWith(messages(1, 2));
  for (let seq = 4; seq <= 1_004; seq += 1) store.apply([arrival(seq)]);
  store.apply([{ type: "reset", room: ROOM, rev: 600 }]);
  assert.deepEqual(store.takeWantedSyncs(), [[ROOM, 600]]);
});

Deno.test("a sync that brings nothing is not asked for again and again", () => {
  const store = storeWith(messages(1, 2));
  store.apply([sync(2, 2, { more: true })]);
  assert.deepEqual(store.takeWantedSyncs(), []);
});

Deno.test("people of a room that is not one's own are not held", () => {
  const store = storeWith(messages(1, 2));
  store.apply([{ type: "room_left", room: ROOM, reason: "removed" }]);
  store.membersLoaded(ROOM, { members: [{ user: 2, role: "member" }], users: [], more: false }, 2);
  assert.equal(store.members.has(ROOM), false);
});

Deno.test("a room that was left and joined again starts from where it is", () => {
  const store = storeWith(messages(1, 3));
  store.apply([
    arrival(9, { rev: 9 }),
    { type: "room_left", room: ROOM, reason: "removed" },
    { type: "membership", room: room(ROOM, { last_seq: 20, last_rev: 30 }), users: [] },
  ]);
  assert.equal(store.revOf(ROOM), 30);
  assert.equal(store.openHistory(ROOM).messages.length, 0);
  store.apply([arrival(21, { rev: 31 })]);
  assert.equal(store.rooms.get(ROOM)?.last_seq, 21);
});

Deno.test("a view that fails costs the others nothing", () => {
  const store = storeWith(messages(1, 2));
  let calls = 0;
  /** @type {unknown[]} */
  const reported = [];
  const note = (/** @type {ErrorEvent} */ event) => {
    event.preventDefault();
    reported.push(event.error);
  };
  globalThis.addEventListener("error", note);
  store.subscribe(() => {
    throw new Error("cannot draw");
  });
  store.subscribe(() => (calls += 1));
  store.apply([arrival(3)]);
  globalThis.removeEventListener("error", note);
  assert.deepEqual([calls, reported.length], [1, 1]);
});

Deno.test("it skips events that it does not know", () => {
  const store = storeWith(messages(1, 2));
  store.apply([/** @type {any} */ ({ type: "aurora", rev: 3 })]);
  assert.equal(store.revOf(ROOM), 2);
});

Deno.test("what another device has read is read here", () => {
  const store = storeWith(messages(1, 3));
  store.apply([{ type: "membership", room: room(ROOM, { last_seq: 3, read_seq: 2 }), users: [] }]);
  assert.equal(store.rooms.get(ROOM)?.read_seq, 2);
});

Deno.test("it counts each new mention once, live and in a sync", () => {
  const store = storeWith(messages(1, 2));
  const mention = (/** @type {number} */ seq) => message(seq, { mentions: [ALICE.id] });
  store.apply([{ type: "message", room: ROOM, message: mention(3) }]);
  store.apply([{ type: "message", room: ROOM, message: { ...mention(3), rev: 4 } }]);
  store.apply([sync(4, 6, { messages: [{ ...mention(5), rev: 5 }, { ...mention(4), rev: 6 }] })]);
  assert.equal(store.rooms.get(ROOM)?.mentions, 3);
});

Deno.test("its own message is read, with the mentions before it", () => {
  const store = storeWith(messages(1, 2));
  store.apply([
    { type: "message", room: ROOM, message: message(3, { mention_room: true }) },
    { type: "message", room: ROOM, message: message(4, { author: ALICE.id }) },
  ]);
  const { read_seq, mentions } = store.rooms.get(ROOM) ?? {};
  assert.deepEqual([read_seq, mentions], [4, 0]);
});

Deno.test("who is blocked mentions nobody", () => {
  const store = storeWith(messages(1, 2));
  const again = welcome([room(ROOM, { last_seq: 2, last_rev: 2 })]);
  store.apply([{ ...again, me: { ...again.me, blocked: [BOB.id] } }]);
  store.apply([{ type: "message", room: ROOM, message: message(3, { mention_room: true }) }]);
  assert.equal(store.rooms.get(ROOM)?.mentions, 0);
});

Deno.test("it tells once of a batch", () => {
  const store = storeWith(messages(1, 2));
  let calls = 0;
  store.subscribe(() => (calls += 1));
  store.apply([arrival(3), arrival(4)]);
  assert.equal(calls, 1);
});

Deno.test("a profile that changed is known wherever it is shown, one's own too", () => {
  const store = storeWith(messages(1, 2));
  store.apply([
    { type: "user", user: { ...BOB, name: "Robert", status_text: "away" } },
    { type: "user", user: { ...ALICE, name: "Alicia" } },
  ]);
  assert.equal(store.users.get(BOB.id)?.status_text, "away");
  assert.equal(store.me?.name, "Alicia");
});

Deno.test("each welcome says anew whom one does not want to hear from", () => {
  const store = storeWith(messages(1, 2));
  const event = welcome([room(ROOM)]);
  store.apply([{ ...event, me: { ...event.me, blocked: [BOB.id] } }]);
  assert.deepEqual([...store.blocked], [BOB.id]);
  store.apply([event]);
  assert.equal(store.blocked.size, 0);
});

Deno.test("a mute comes and goes with one's own part", () => {
  const store = storeWith([]);
  const mute = { until: null };
  for (const told of [mute, undefined, mute]) {
    store.apply([{ type: "membership", room: room(ROOM, { mute: told }), users: [] }]);
    assert.equal(store.rooms.get(ROOM)?.mute, told);
  }
  store.apply([welcome([room(ROOM)])]);
  assert.equal(store.rooms.get(ROOM)?.mute, undefined);
});
