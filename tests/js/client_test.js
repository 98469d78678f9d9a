import assert from "node:assert/strict";
import { Client } from "chat/client.js";
import { CommandError } from "chat/commands.js";
import { ConnectionLog } from "chat/connection-log.js";
import { Store } from "chat/store.js";
import { settled } from "./fakes.js";
import { ALICE, BOB, message, messages, page, room, start, sync, welcome } from "./wire.js";

const ROOM = 7;
const NOW = Date.UTC(2026, 0, 31, 9, 1);

/** @typedef {{ type: string, fields: Record<string, any>, answer: (reply: unknown) => Promise<void>,
 *   refuse: (code: string, retryAfter?: number) => Promise<void> }} Asked */

/** @param {import("chat/wire.d.ts").Message[]} held */
function setUp(held) {
  const store = new Store();
  store.start(start(held));
  /** @type {Asked[]} */
  const asked = [];
  const socket = {
    isLive: true,
    /** @param {string} type @param {Record<string, any>} fields */
    command: (type, fields) =>
      new Promise((resolve, reject) => {
        asked.push({
          type,
          fields,
          answer: async (reply) => {
            resolve(reply);
            await settled();
          },
          refuse: async (code, retryAfter) => {
            reject(new CommandError(code, "", retryAfter));
            await settled();
          },
        });
      }),
  };
  /** @type {string[]} */
  const seen = [];
  /** @type {number[]} how far room 7 was said to be held */
  const reached = [];
  const outbox = {
    seen: (/** @type {string} */ id) => seen.push(id),
    reached: (/** @type {(room: number) => number} */ revOf) => reached.push(revOf(ROOM)),
    setConnected: () => {},
  };
  /** @type {number[]} */
  const slept = [];
  const log = new ConnectionLog(() => NOW);
  const client = new Client({
    store,
    log,
    socket: /** @type {any} */ (socket),
    outbox: /** @type {any} */ (outbox),
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
  });
  const history = () => store.openHistory(ROOM);
  return { store, client, log, socket, asked, seen, reached, slept, history };
}

Deno.test("it asks for nothing that the page came with", async () => {
  const { client, asked } = setUp(messages(1, 3));
  await client.loading.open(ROOM);
  assert.equal(asked.length, 0);
});

Deno.test("it loads a room that is opened for the first time", async () => {
  const { client, asked, store } = setUp(messages(1, 3));
  store.apply([{ type: "membership", room: room(8), users: [] }]);
  const opening = client.loading.open(8);
  await settled();
  await asked[0].answer(page(messages(1, 2), { room: 8 }));
  await opening;
  assert.deepEqual(asked.map(({ type }) => type), ["history"]);
  assert.equal(store.histories.get(8)?.messages.length, 2);
});

Deno.test("it loads what is before, once", async () => {
  const { client, asked, history } = setUp(messages(60, 62));
  client.loading.older(ROOM);
  client.loading.older(ROOM);
  assert.deepEqual(asked.map(({ fields }) => fields.before), [60]);
  await asked[0].answer(page(messages(10, 59), { last_seq: 62 }));
  assert.equal(history().low, 10);
});

Deno.test("it loads what is after while the end is not held", async () => {
  const { client, asked, history, store } = setUp(messages(1, 3));
  history().begin();
  store.historyLoaded(ROOM, page(messages(10, 20), { last_seq: 22 }), "replace");
  client.loading.newer(ROOM);
  assert.equal(asked[0].fields.after, 20);
  await asked[0].answer(page(messages(21, 22)));
  assert.equal(history().isEnd, true);
});

Deno.test("it opens a room at a time, and says which message that is", async () => {
  const { client, asked, history } = setUp(messages(60, 62));
  const opening = client.loading.openAt(ROOM, message(12).at);
  await settled();
  assert.deepEqual([asked[0].type, asked[0].fields.at], ["history", message(12).at]);
  await asked[0].answer(page(messages(10, 20), { last_seq: 62 }));
  assert.equal(await opening, 12);
  assert.equal(history().holds(12), true);
});

Deno.test("it says so where nothing was written after a time", async () => {
  const { client, asked } = setUp(messages(1, 3));
  const opening = client.loading.openAt(ROOM, "2999-01-01T00:00:00.000Z");
  await settled();
  await asked[0].answer(page(messages(1, 3)));
  assert.equal(await opening, null);
});

Deno.test("what is only answered to is not held: a link to it loads what is around it", async () => {
  const { client, asked, history } = setUp(messages(50, 60));
  history().load(page(messages(61, 62), { last_seq: 62, replied: [message(3)] }), "newer");
  const opening = client.loading.open(ROOM, 3);
  await settled();
  assert.equal(asked[0].fields.around, 3);
  await asked[0].answer(page(messages(1, 10), { last_seq: 62 }));
  await opening;
});

Deno.test("a link that is followed as the connection comes back is not lost among what else is loaded", async () => {
  const { client, asked, history } = setUp(messages(50, 60));
  client.loading.open(ROOM);
  history().outdate(9_999);
  client.connectionChanged();
  client.loading.open(ROOM, 5);
  client.loading.open(ROOM, 6);
  await asked[0].answer(page(messages(50, 60), { rev: 9_999, last_seq: 60 }));
  assert.equal(asked.at(-1)?.fields.around, 5);
  await asked.at(-1)?.answer(page(messages(4, 20), { rev: 9_999, last_seq: 60 }));
  assert.equal(history().holds(5), true);
  assert.equal(asked.filter(({ type }) => type === "history").length, 2); // 6 came with 5
});

Deno.test("the end is not asked for where what was on its way brings it", async () => {
  const { client, asked, history, store } = setUp(messages(1, 3));
  history().begin();
  store.historyLoaded(ROOM, page(messages(10, 20), { last_seq: 22 }), "replace");
  client.loading.newer(ROOM);
  const opening = client.loading.open(ROOM);
  await asked[0].answer(page(messages(21, 22), { last_seq: 22 }));
  await opening;
  assert.equal(asked.length, 1);
});

Deno.test("it asks who people are that nobody has introduced", async () => {
  const { client, asked, store } = setUp(messages(1, 3));
  const stranger = message(4, { author: 77, reactions: [["👍", [78, BOB.id]]] });
  client.receive([{ type: "message", room: ROOM, message: stranger }]);
  assert.deepEqual([asked[0].type, asked[0].fields.ids], ["users.get", [77, 78]]);
  await asked[0].answer({ users: [{ ...BOB, id: 77, name: "Dora" }] });
  assert.equal(store.users.get(77)?.name, "Dora");
});

Deno.test("it asks who those are that the room itself speaks of", () => {
  const { client, asked } = setUp(messages(1, 3));
  const event = { name: "owner_changed", params: { actor: 77, user: 78 } };
  const said = message(4, { kind: "system", author: null, event });
  client.receive([{ type: "message", room: ROOM, message: said }]);
  assert.deepEqual([asked[0].type, asked[0].fields.ids], ["users.get", [77, 78]]);
});

Deno.test("it asks whom a page shows and did not introduce", async () => {
  const { client, asked } = setUp(messages(60, 61));
  client.loading.older(ROOM);
  const crowd = Array.from({ length: 30 }, (_, at) => 100 + at);
  const old = message(59, { author: 77, mentions: [78], reactions: [["👍", crowd]] });
  await asked[0].answer(page([old], { last_seq: 61 }));
  assert.deepEqual(asked[1].fields.ids, [77, 78, ...crowd.slice(0, 20)]);
});

Deno.test("it goes around a message that a link leads to", async () => {
  const { client, asked } = setUp(messages(60, 62));
  client.loading.open(ROOM, 12);
  await settled();
  assert.equal(asked[0].fields.around, 12);
});

Deno.test("it fills a gap", async () => {
  const { client, asked, store } = setUp(messages(1, 2));
  client.receive([{ type: "message", room: ROOM, message: message(4) }]);
  assert.deepEqual([asked[0].type, asked[0].fields], ["sync", { room: ROOM, since: 2 }]);
  await asked[0].answer(sync(2, 4, { messages: [message(3), message(4)] }));
  assert.equal(store.revOf(ROOM), 4);
});

Deno.test("it asks once for one gap, and again while there is more", async () => {
  const { client, asked } = setUp(messages(1, 2));
  client.receive([{ type: "message", room: ROOM, message: message(5) }]);
  client.receive([{ type: "message", room: ROOM, message: message(6) }]);
  assert.equal(asked.length, 1);
  await asked[0].answer(sync(2, 3, { messages: [message(3)], more: true }));
  assert.deepEqual(asked[1].fields, { room: ROOM, since: 3 });
});

Deno.test("it tries again when a gap could not be filled", async () => {
  const { client, asked, slept } = setUp(messages(1, 2));
  client.receive([{ type: "message", room: ROOM, message: message(4) }]);
  await asked[0].refuse("timeout");
  assert.equal(asked.length, 2);
  assert.deepEqual(slept, [2_000]);
});

Deno.test("it loads the open room anew after a reset", async () => {
  const { client, asked, history } = setUp(messages(1, 2));
  await client.loading.open(ROOM);
  client.receive([{ type: "reset", room: ROOM, rev: 90 }]);
  await settled();
  await asked[0].answer(page([message(40, { rev: 90 })]));
  assert.deepEqual(history().messages.map((held) => held.seq), [40]);
});

Deno.test("a reset waits for the page that is on its way", async () => {
  const { client, asked, history } = setUp(messages(60, 61));
  await client.loading.open(ROOM);
  client.loading.older(ROOM);
  client.receive([{ type: "reset", room: ROOM, rev: 90 }]);
  await asked[0].answer(page(messages(10, 59), { last_seq: 61 }));
  await asked[1].answer(page([message(80)]));
  assert.deepEqual(history().messages.map((held) => held.seq), [80]);
});

Deno.test("it loads the open room anew when the database is another", async () => {
  const { client, asked } = setUp(messages(1, 2));
  await client.loading.open(ROOM);
  client.receive([welcome([room(ROOM)], "00000000-0000-4000-8000-00000000000f")]);
  client.connectionChanged();
  await settled();
  assert.equal(asked[0].type, "history");
});

Deno.test("it tells the outbox of what has arrived, however it came", async () => {
  const { client, seen, asked } = setUp(messages(2, 3));
  const mine = (/** @type {number} */ seq) => message(seq, { author: ALICE.id });
  client.receive([{ type: "message", room: ROOM, message: mine(4) }]);
  client.receive([sync(4, 5, { messages: [mine(5)] })]);
  client.loading.older(ROOM);
  await asked[0].answer(page([mine(1)], { last_seq: 5 }));
  assert.deepEqual(seen, ["client-4", "client-5", "client-1"]);
});

Deno.test("an id that somebody else has used is not one's own", () => {
  const { client, seen } = setUp(messages(1, 3));
  const copied = message(4, { author: BOB.id, client_id: "mine" });
  client.receive([{ type: "message", room: ROOM, message: copied }]);
  assert.deepEqual(seen, []);
});

Deno.test("it tells the outbox how far the timeline has come, unless that has to be loaded anew", async () => {
  const { client, reached, asked } = setUp(messages(1, 3));
  await client.loading.open(ROOM);
  client.receive([{ type: "message", room: ROOM, message: message(4) }]);
  client.receive([{ type: "reset", room: ROOM, rev: 90 }]);
  await settled();
  await asked[0].answer(page([message(80)], { rev: 90 }));
  assert.deepEqual(reached, [4, 0, 90]);
});

const doubtful = /** @type {any} */ ({ room: ROOM, clientId: "mine", after: 3 });

Deno.test("it finds a stored message among all that came after it was written", async () => {
  const { client, asked } = setUp(messages(1, 3));
  const finding = client.find(doubtful);
  await asked[0].answer(page(messages(4, 9), { last_seq: 11 }));
  const mine = message(10, { author: ALICE.id, client_id: "mine" });
  await asked[1].answer(page([mine, message(11)]));
  assert.deepEqual(asked.map(({ fields }) => fields.after), [3, 9]);
  assert.equal(await finding, true);
});

Deno.test("it is certain that a message is not stored when it has seen all it could be among", async () => {
  const { client, asked } = setUp(messages(1, 3));
  const finding = client.find(doubtful);
  await asked[0].answer(page([message(4, { author: BOB.id, client_id: "mine" })]));
  assert.equal(await finding, false);
});

Deno.test("it cannot tell where retention removed what it could be", async () => {
  const { client, asked } = setUp(messages(1, 3));
  const finding = client.find(doubtful);
  await asked[0].answer(page([message(6)], { first_seq: 6 }));
  assert.equal(await finding, null);
});

Deno.test("it does not go through a whole room for it", async () => {
  const { client, asked } = setUp(messages(1, 3));
  const finding = client.find(doubtful);
  for (let at = 0; at < 20; at += 1) {
    await asked[at].answer(page([message(4 + at)], { last_seq: 9_999 }));
  }
  assert.equal(await finding, null);
});

// ---- rooms that come and go

Deno.test("a room that is open, lost and gained again is loaded again", async () => {
  const { client, asked, history } = setUp(messages(1, 3));
  await client.loading.open(ROOM);
  client.receive([{ type: "room_left", room: ROOM, reason: "removed" }]);
  assert.equal(asked.length, 0);
  client.receive([{ type: "membership", room: room(ROOM, { last_rev: 9 }), users: [] }]);
  await settled();
  await asked.find(({ type }) => type === "history")?.answer(page(messages(5, 6), { rev: 9 }));
  assert.deepEqual(history().messages.map(({ seq }) => seq), [5, 6]);
});

Deno.test("what was asked for before a room was lost is not for the one gained again", async () => {
  const { client, asked, history, store } = setUp(messages(60, 61));
  client.loading.open(ROOM, 12);
  await settled();
  const [around] = asked;
  client.receive([{ type: "room_left", room: ROOM, reason: "left" }]);
  client.receive([{ type: "membership", room: room(ROOM, { last_rev: 90 }), users: [] }]);
  await settled();
  await around.answer(page(messages(10, 59), { last_seq: 61 }));
  assert.equal(history().isStale, true);
  await asked.findLast(({ type }) => type === "history")?.answer(page([message(80)], { rev: 90 }));
  assert.deepEqual(history().messages.map(({ seq }) => seq), [80]);
  await asked.findLast(({ type }) => type === "members")
    ?.answer({ members: [{ user: 2, role: "member" }], users: [], more: false });
  assert.deepEqual([...store.members.get(ROOM)?.rows.keys() ?? []], [2]);
});

Deno.test("a room one has made, joined or opened is there with the answer, and once", async () => {
  const { client, asked, store } = setUp(messages(1, 3));
  const entering = client.enter("dm.open", { users: [2] }, [BOB]);
  const own = room(8, { kind: "direct", slug: null, last_rev: 2, users: [1, 2] });
  await asked[0].answer({ room: own });
  assert.equal(await entering, 8);
  assert.deepEqual([store.rooms.get(8)?.kind, store.users.get(BOB.id)], ["direct", BOB]);
  client.receive([{ type: "membership", room: own, users: [BOB] }]);
  assert.equal(store.revOf(8), 2);
});

Deno.test("it asks whether a room that was gained has gone on already", () => {
  const { client, asked } = setUp(messages(1, 3));
  client.receive([{ type: "membership", room: room(8, { last_rev: 12 }), users: [] }]);
  assert.deepEqual(asked.map(({ type, fields }) => [type, fields]), [
    ["sync", { room: 8, since: 12 }],
  ]);
});

Deno.test("a welcome that comes again brings what the open room lacks", async () => {
  const { client, asked, store } = setUp(messages(1, 3));
  await client.loading.open(ROOM);
  store.openHistory(ROOM).outdate(3);
  client.receive([welcome([room(ROOM, { last_seq: 3, last_rev: 3 })])]);
  await settled();
  assert.equal(asked[0].type, "history");
});

Deno.test("a gap that cannot be filled is asked about in peace", async () => {
  const { client, asked, slept } = setUp(messages(1, 2));
  client.receive([{ type: "message", room: ROOM, message: message(9) }]);
  await asked[0].answer(sync(2, 2)); // the server knows of nothing
  assert.deepEqual(slept, [2_000]);
  await asked[1].refuse("not_found");
  assert.equal(asked.length, 2);
});

Deno.test("a message names the files it carries", async () => {
  const { client, asked } = setUp(messages(1, 2));
  const carried = [{ id: 5 }, { id: 3 }];
  const entry = { room: ROOM, clientId: "x", body: "", replyTo: null, attachments: carried };
  const sending = client.send(/** @type {any} */ (entry));
  assert.deepEqual(asked[0].fields, {
    room: ROOM,
    client_id: "x",
    body: "",
    attachments: [5, 3],
  });
  await asked[0].answer({ rev: 99, at: "" });
  await sending;
});

Deno.test("a repeat of what is long stored is over with its answer", async () => {
  const { client, asked, seen } = setUp(messages(1, 9));
  const entry = { room: ROOM, clientId: "old", body: "hello", replyTo: null };
  const sending = client.send(/** @type {any} */ (entry));
  await asked[0].answer({ room: ROOM, seq: 4, rev: 4, at: "2026-01-31T09:00:04.000Z" });
  await sending;
  assert.deepEqual(seen, ["old"]);
});

Deno.test("what is new is over when its event comes", async () => {
  const { client, asked, seen } = setUp(messages(1, 9));
  const entry = { room: ROOM, clientId: "new", body: "hello", replyTo: 4 };
  const sending = client.send(/** @type {any} */ (entry));
  assert.equal(asked[0].fields.reply_to, 4);
  await asked[0].answer({ room: ROOM, seq: 10, rev: 10, at: "2026-01-31T09:00:10.000Z" });
  await sending;
  assert.deepEqual(seen, []);
});

Deno.test("it has patience where the server asks for it", async () => {
  const { client, asked, slept } = setUp(messages(60, 61));
  client.loading.older(ROOM);
  await asked[0].refuse("rate_limited", 300);
  assert.deepEqual(slept, [300]);
  assert.equal(asked.length, 2);
});

Deno.test("it says so where the server asks for more patience than people have", async () => {
  const { client, asked, slept } = setUp(messages(60, 61));
  const told = assert.rejects(client.enter("dm.open", { users: [2] }), { code: "rate_limited" });
  await asked[0].refuse("rate_limited", 120_000);
  await told;
  assert.deepEqual([slept, asked.length], [[], 1]);
});

Deno.test("it holds the timelines of the rooms last opened only", async () => {
  const { client, store, socket } = setUp(messages(1, 2));
  socket.isLive = false;
  for (let id = 100; id < 112; id += 1) {
    store.apply([{ type: "membership", room: room(id), users: [] }]);
    client.loading.open(id).catch(() => {});
  }
  await settled();
  assert.equal(store.histories.size, 8);
  assert.equal(store.histories.has(111), true);
});

Deno.test("after each welcome it asks how those on screen are called now", async () => {
  const { client, asked, store } = setUp(messages(1, 3));
  await client.loading.open(ROOM);
  client.receive([welcome([room(ROOM, { last_seq: 3, last_rev: 3 })])]);
  client.connectionChanged();
  client.receive([welcome([room(ROOM, { last_seq: 3, last_rev: 3 })])]);
  const refreshes = asked.filter(({ type }) => type === "users.get");
  assert.equal(refreshes.length, 2);
  assert(refreshes[0].fields.ids.includes(BOB.id));
  await refreshes[0].answer({ users: [{ ...BOB, name: "Robert" }] });
  assert.equal(store.users.get(BOB.id)?.name, "Robert");
});

Deno.test("a room that is opened with somebody is there before its event comes", async () => {
  const { client, asked, store } = setUp(messages(1, 3));
  const entering = client.enter("dm.open", { users: [BOB.id] });
  const direct = room(9, { kind: "direct", slug: null, users: [ALICE.id, BOB.id] });
  await asked[0].answer({ room: direct });
  assert.equal(await entering, 9);
  assert.deepEqual(store.rooms.get(9)?.users, [ALICE.id, BOB.id]);
});

Deno.test("it notes a gap that was filled, once, and none where nothing was missing", async () => {
  const { client, asked, log } = setUp(messages(1, 2));
  client.receive([{ type: "message", room: ROOM, message: message(5) }]);
  await asked[0].answer(sync(2, 3, { messages: [message(3)], more: true }));
  assert.equal(log.gaps, 0);
  await asked[1].answer(sync(3, 5, { messages: [message(4), message(5)] }));
  assert.deepEqual(log.lastGap, { room: ROOM, from: 3, to: 5, at: NOW });
  client.receive([{ type: "membership", room: room(8), users: [] }]);
  await asked[2].answer({ ...sync(0, 0), room: 8 });
  assert.equal(log.gaps, 1);
});

Deno.test("it takes the server's time from new messages, not from changed ones", () => {
  const { client, log } = setUp(messages(1, 2));
  client.receive([{ type: "message", room: ROOM, message: message(1, { rev: 3 }) }]);
  assert.equal(log.serverAhead, null);
  const at = new Date(NOW + 4_000).toISOString();
  client.receive([{ type: "message", room: ROOM, message: message(3, { rev: 4, at }) }]);
  assert.equal(log.serverAhead, 4_000);
});

Deno.test("what one chose to be notified of holds at once", async () => {
  const { client, asked, store } = setUp(messages(1, 1));
  const choosing = client.chooseLevel(ROOM, "none");
  assert.equal(store.rooms.get(ROOM)?.notify, "none");
  await asked[0].answer({});
  await choosing;
  assert.equal(asked[0].type, "room.notify");
  assert.deepEqual(asked[0].fields, { room: ROOM, level: "none" });
  assert.equal(store.rooms.get(ROOM)?.notify, "none");
});

Deno.test("if it is refused what was before holds, unless something else was chosen since", async () => {
  const { client, asked, store } = setUp(messages(1, 1));
  const refused = assert.rejects(client.chooseLevel(ROOM, "none"));
  await asked[0].refuse("forbidden");
  await refused;
  assert.equal(store.rooms.get(ROOM)?.notify, "all");
  const again = assert.rejects(client.chooseLevel(ROOM, "none"));
  const later = client.chooseLevel(ROOM, "mentions");
  await asked[1].refuse("forbidden");
  await again;
  assert.equal(store.rooms.get(ROOM)?.notify, "mentions");
  await asked[2].answer({});
  await later;
  assert.equal(store.rooms.get(ROOM)?.notify, "mentions");
});

Deno.test("of two choices that are refused neither holds", async () => {
  const { client, asked, store } = setUp(messages(1, 1));
  const refused = [client.chooseLevel(ROOM, "none"), client.chooseLevel(ROOM, "mentions")]
    .map((choosing) => assert.rejects(choosing));
  await asked[0].refuse("forbidden");
  await asked[1].refuse("forbidden");
  await Promise.all(refused);
  assert.equal(store.rooms.get(ROOM)?.notify, "all");
});

Deno.test("a choice that is on its way is not undone by what the server told before it", async () => {
  const { client, asked, store } = setUp(messages(1, 1));
  const choosing = client.chooseLevel(ROOM, "none");
  client.receive([{ type: "membership", room: room(ROOM), users: [] }]);
  assert.equal(store.rooms.get(ROOM)?.notify, "none");
  await asked[0].answer({});
  await choosing;
  assert.equal(store.rooms.get(ROOM)?.notify, "none");
});

Deno.test("a try that has to wait is not made after what was asked for later", async () => {
  const { client, asked } = setUp(messages(1, 3));
  const edit = (/** @type {number} */ seq, /** @type {string} */ body) =>
    client.act("message.edit", { room: ROOM, seq, body });
  const bodies = () => asked.map(({ fields }) => fields.body);
  edit(3, "better");
  edit(3, "best");
  edit(2, "another");
  assert.deepEqual(bodies(), ["better", "another"]);
  await asked[0].refuse("rate_limited", 1_000);
  assert.deepEqual(bodies(), ["better", "another", "better"]);
  await asked[2].answer({ rev: 4 });
  assert.deepEqual(bodies().slice(3), ["best"]);
});

Deno.test("what was refused for good holds up nothing", async () => {
  const { client, asked } = setUp(messages(1, 3));
  const fields = { room: ROOM, seq: 3, emoji: "👍" };
  const refused = assert.rejects(client.act("reaction.add", fields));
  client.act("reaction.remove", fields);
  await asked[0].refuse("disconnected");
  await refused;
  assert.deepEqual(asked.map(({ type }) => type), ["reaction.add", "reaction.remove"]);
});

Deno.test("what comes before is loaded, too, where what comes after is on its way", async () => {
  const { client, asked, history, store } = setUp(messages(1, 3));
  history().begin();
  store.historyLoaded(ROOM, page(messages(10, 20), { first_seq: 1, last_seq: 22 }), "replace");
  client.loading.newer(ROOM);
  const loading = client.loading.older(ROOM);
  await asked[0].answer(page(messages(21, 22)));
  assert.deepEqual(asked.slice(1).map(({ fields }) => fields.before), [10]);
  await asked[1].answer(page(messages(1, 9), { last_seq: 22 }));
  await loading;
  assert.deepEqual([history().isStart, history().isEnd], [true, true]);
});

const CAROL = { ...BOB, id: 300 };

Deno.test("who joins while the members are loaded page by page hides nobody", () => {
  const { client, asked, store } = setUp(messages(1, 2));
  const listed = [{ user: BOB.id, role: "member" }];
  store.membersLoaded(ROOM, { members: listed, users: [], more: true }, 2);
  const joined = { type: "member", room: ROOM, rev: 3, user: CAROL.id, role: "member" };
  client.receive([/** @type {any} */ (joined)]);
  client.loading.members(ROOM);
  assert.equal(asked.find(({ type }) => type === "members")?.fields.after, BOB.id);
});

Deno.test("a page of members that was asked for before a reset is asked for again", async () => {
  const { client, asked, store } = setUp(messages(1, 2));
  store.membersLoaded(ROOM, { members: [{ user: 2, role: "member" }], users: [], more: true }, 2);
  const loading = client.loading.members(ROOM);
  client.receive([{ type: "reset", room: ROOM, rev: 90 }]);
  await asked[0].answer({ members: [{ user: 300, role: "member" }], users: [], more: false });
  assert.deepEqual(asked.map(({ fields }) => fields.after), [2, 0]);
  await asked[1].answer({ members: [{ user: 1, role: "owner" }], users: [], more: false });
  await loading;
  assert.deepEqual([...store.members.get(ROOM)?.rows.keys() ?? []], [1]);
});

Deno.test("a gap that is seen before the connection is ready is asked about as soon as it is", () => {
  const { client, asked, socket, slept } = setUp(messages(1, 2));
  socket.isLive = false;
  client.receive([{ type: "message", room: ROOM, message: message(4) }]);
  assert.equal(asked.length, 0);
  socket.isLive = true;
  client.connectionChanged();
  assert.deepEqual([asked[0].type, slept.length], ["sync", 0]);
});

Deno.test("a room that was lost and gained while a gap was filled is asked about again", async () => {
  const { client, asked } = setUp(messages(1, 2));
  client.receive([{ type: "message", room: ROOM, message: message(4) }]);
  client.receive([
    { type: "room_left", room: ROOM, reason: "left" },
    { type: "membership", room: room(ROOM, { last_seq: 9, last_rev: 9 }), users: [] },
  ]);
  await asked[0].refuse("not_found");
  assert.deepEqual(asked.map(({ fields }) => fields.since), [2, 9]);
});

Deno.test("a room that no longer holds is asked for until it is there", async () => {
  const { client, asked, history, slept } = setUp(messages(1, 2));
  await client.loading.open(ROOM);
  client.receive([{ type: "reset", room: ROOM, rev: 90 }]);
  await settled();
  await asked[0].refuse("timeout");
  assert.deepEqual(slept, [2_000]);
  await asked[1].answer(page([message(40, { rev: 90 })], { rev: 90 }));
  assert.equal(history().isStale, false);
});

Deno.test("pins that were asked for before a reset are not for those shown after it", async () => {
  const { client, asked, store } = setUp(messages(1, 2));
  client.loading.pins(ROOM);
  client.receive([{ type: "reset", room: ROOM, rev: 90 }]);
  client.loading.pins(ROOM);
  const pinned = message(1, { pinned: true });
  await asked[0].answer({ messages: [pinned], users: [], more: false });
  assert.deepEqual(store.pins.get(ROOM)?.list, []);
});

Deno.test("who could not be asked about is asked about with the next connection", async () => {
  const { client, asked } = setUp(messages(1, 2));
  const CHUCK = 99;
  await client.loading.open(ROOM);
  client.receive([{ type: "message", room: ROOM, message: message(3, { mentions: [CHUCK] }) }]);
  await asked[0].refuse("disconnected");
  client.connectionChanged();
  assert.deepEqual(asked.map(({ fields }) => fields.ids.includes(CHUCK)), [true, true]);
});
