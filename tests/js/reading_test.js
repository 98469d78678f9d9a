import assert from "node:assert/strict";
import { CommandError } from "chat/commands.js";
import { Keep } from "chat/keep.js";
import { Reading } from "chat/reading.js";
import { Store } from "chat/store.js";
import { FakeShelf, settled } from "./fakes.js";
import { messages, room, start, welcome } from "./wire.js";

const ROOM = 7;

/**
 * @param {FakeShelf} [shelf] of a browser that was here before
 * @param {Partial<import("chat/wire.d.ts").OwnRoom>} [own]
 */
function setUp(shelf = new FakeShelf(), own = {}) {
  const store = new Store();
  store.start(start(messages(1, 9), own));
  /** @type {{ type: string, fields: Record<string, any>, resolve: (ok: unknown) => void, reject: (error: Error) => void }[]} */
  const asked = [];
  const reading = new Reading({
    store,
    command: (type, fields) =>
      new Promise((resolve, reject) => void asked.push({ type, fields, resolve, reject })),
    sleep: () => Promise.resolve(),
    keep: new Keep(shelf, null, 1),
  });
  reading.start();
  reading.setConnected(true);
  const readSeq = () => store.rooms.get(ROOM)?.read_seq;
  return { store, reading, asked, readSeq, sent: () => asked.map(({ fields }) => fields) };
}

Deno.test("what is seen is read at once, and said", () => {
  const { reading, readSeq, sent } = setUp();
  reading.saw(ROOM, 4);
  assert.equal(readSeq(), 4);
  assert.deepEqual(sent(), [{ room: ROOM, seq: 4 }]);
});

Deno.test("what was read before is not said again", () => {
  const { reading, sent } = setUp();
  reading.saw(ROOM, 4);
  reading.saw(ROOM, 4);
  reading.saw(ROOM, 2);
  assert.equal(sent().length, 1);
});

Deno.test("while one is on its way only the last counts", async () => {
  const { reading, asked, sent } = setUp();
  for (const seq of [4, 5, 6]) reading.saw(ROOM, seq);
  asked[0].resolve({});
  await settled();
  assert.deepEqual(sent(), [{ room: ROOM, seq: 4 }, { room: ROOM, seq: 6 }]);
});

Deno.test("without a connection it waits, and says it once there is one", () => {
  const { reading, readSeq, sent } = setUp();
  reading.setConnected(false);
  reading.saw(ROOM, 4);
  assert.deepEqual([readSeq(), sent().length], [4, 0]);
  reading.setConnected(true);
  assert.deepEqual(sent(), [{ room: ROOM, seq: 4 }]);
});

Deno.test("what had no answer when the connection ended is said again", async () => {
  const { reading, asked, sent } = setUp();
  reading.saw(ROOM, 4);
  reading.setConnected(false);
  asked[0].reject(new CommandError("disconnected"));
  await settled();
  assert.equal(sent().length, 1);
  reading.setConnected(true);
  assert.deepEqual(sent(), [{ room: ROOM, seq: 4 }, { room: ROOM, seq: 4 }]);
});

Deno.test("what was read without a connection outlives its page, until it is known", async () => {
  const shelf = new FakeShelf();
  const before = setUp(shelf);
  before.reading.setConnected(false);
  before.reading.saw(ROOM, 4);
  const after = setUp(shelf);
  assert.deepEqual([after.readSeq(), after.sent()], [4, [{ room: ROOM, seq: 4 }]]);
  after.asked[0].resolve({});
  await settled();
  assert.equal(shelf.items.size, 0);
});

Deno.test("so does what had no answer when the connection ended", () => {
  const shelf = new FakeShelf();
  const { reading } = setUp(shelf);
  reading.saw(ROOM, 4);
  assert.equal(shelf.items.size, 0); // as long as there is one the server is told
  reading.setConnected(false);
  assert.deepEqual(setUp(shelf).sent(), [{ room: ROOM, seq: 4 }]);
});

Deno.test("what was read since, and what is of a room that was left, is not taken up", () => {
  const shelf = new FakeShelf();
  const keep = new Keep(shelf, null, 1);
  const { reading, sent } = setUp(shelf);
  reading.saw(ROOM, 4);
  keep.noteRead(ROOM, { seq: 3, isBack: false });
  keep.noteRead(8, { seq: 5, isBack: true, from: 6 });
  reading.start();
  assert.deepEqual([sent(), shelf.items.size], [[{ room: ROOM, seq: 4 }], 0]);
});

Deno.test("what the server is too busy for is tried again", async () => {
  const { reading, asked, sent } = setUp();
  reading.saw(ROOM, 4);
  asked[0].reject(new CommandError("unavailable"));
  await settled();
  assert.equal(sent().length, 2);
});

Deno.test("what the server refuses is let go", async () => {
  const { reading, asked, readSeq, sent } = setUp();
  reading.saw(ROOM, 4);
  asked[0].reject(new CommandError("not_found"));
  await settled();
  assert.deepEqual([readSeq(), sent().length], [0, 1]);
});

Deno.test("unread from here on takes the place of what was read", async () => {
  const { reading, asked, readSeq, sent } = setUp();
  reading.saw(ROOM, 9);
  reading.unread(ROOM, 3);
  assert.equal(readSeq(), 2);
  asked[0].resolve({});
  await settled();
  assert.equal(readSeq(), 2);
  assert.deepEqual(sent()[1], { room: ROOM, seq: 2, back: true });
});

Deno.test("what was marked unread without a connection outlives its page, until it is known", async () => {
  const shelf = new FakeShelf();
  const before = setUp(shelf, { read_seq: 9 });
  before.reading.setConnected(false);
  before.reading.unread(ROOM, 3);
  const after = setUp(shelf, { read_seq: 9 });
  assert.deepEqual([after.readSeq(), after.reading.markedFrom(ROOM)], [2, 3]);
  assert.deepEqual(after.sent(), [{ room: ROOM, seq: 2, back: true }]);
  after.asked[0].resolve({});
  await settled();
  assert.deepEqual([shelf.items.size, after.reading.markedFrom(ROOM)], [0, null]);
});

Deno.test("the later of what was read and what was marked unread outlives its page", () => {
  for (const isBackLast of [true, false]) {
    const shelf = new FakeShelf();
    const { reading } = setUp(shelf, { read_seq: 4 });
    reading.setConnected(false);
    reading.saw(ROOM, 6);
    reading.unread(ROOM, 3);
    if (!isBackLast) reading.saw(ROOM, 5);
    const seq = isBackLast ? 2 : 5;
    assert.deepEqual(setUp(shelf, { read_seq: 4 }).readSeq(), seq);
  }
});

Deno.test("what was marked unread is forgotten where one has read on since, elsewhere", () => {
  const shelf = new FakeShelf();
  const { reading } = setUp(shelf, { read_seq: 6 });
  reading.setConnected(false);
  reading.unread(ROOM, 3);
  const after = setUp(shelf, { read_seq: 8 });
  assert.deepEqual([after.readSeq(), after.sent(), shelf.items.size], [8, [], 0]);
});

Deno.test("what is read on of what was marked unread is told from there, not lost", () => {
  const { reading, sent } = setUp(new FakeShelf(), { read_seq: 9 });
  reading.setConnected(false);
  reading.unread(ROOM, 3);
  reading.saw(ROOM, 4);
  reading.setConnected(true);
  assert.deepEqual(sent(), [{ room: ROOM, seq: 4, back: true }]);
  reading.saw(ROOM, 9);
  assert.equal(reading.markedFrom(ROOM), null); // all is read again
});

Deno.test("everything is read with one command", () => {
  const { reading, store, asked } = setUp();
  const rooms = [room(ROOM, { last_seq: 9 }), room(8, { last_seq: 3 }), room(9)];
  store.apply([welcome(rooms)]);
  reading.readAll();
  assert.deepEqual(asked.map(({ type, fields }) => [type, fields]), [
    ["read.all", { rooms: { 7: 9, 8: 3 } }],
  ]);
});

Deno.test("what was marked unread before all was read does not come back as unread", async () => {
  const { reading, asked } = setUp();
  reading.unread(ROOM, 3);
  reading.readAll();
  asked[1].resolve({});
  await settled();
  asked[0].reject(new CommandError("timeout"));
  await settled();
  assert.deepEqual(asked.map(({ type }) => type), ["read", "read.all"]);
});

Deno.test("where all could not be read it is said again", async () => {
  const { reading, asked } = setUp();
  reading.unread(ROOM, 3);
  const refused = assert.rejects(reading.readAll());
  asked[1].reject(new CommandError("timeout"));
  asked[0].reject(new CommandError("timeout"));
  await refused;
  await settled();
  assert.deepEqual(asked.map(({ type }) => type), ["read", "read.all", "read"]);
});
