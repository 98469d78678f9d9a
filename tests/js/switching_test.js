import assert from "node:assert/strict";
import { nextRoom } from "chat/next-room.js";
import { goalsFor } from "chat/switching.js";
import { ALICE, BOB, room, user } from "./wire.js";

/** @import { Known } from "chat/switching.js" */

const CAROL = user(3, "Carol");
const ROOMS = [
  room(1, { name: "General", slug: "general", last_seq: 9, read_seq: 9 }),
  room(2, { name: "Design", last_seq: 9, read_seq: 3, last_at: "2026-01-31T09:00:00.000Z" }),
  room(3, { name: "All of design", last_seq: 9, read_seq: 3, mentions: 1 }),
  room(4, { name: "", slug: null, kind: "direct", users: [ALICE.id, BOB.id] }),
  room(5, { name: "设计", slug: "sheji", last_at: "2026-01-31T10:00:00.000Z" }),
  room(6, { name: "Old design", archived_at: "2026-01-31T09:00:00.000Z" }),
];

/** @param {string} words @param {Partial<Known>} [more] */
function found(words, more = {}) {
  const users = new Map([ALICE, BOB, CAROL].map((one) => [one.id, one]));
  const known = {
    rooms: ROOMS,
    users,
    me: ALICE,
    current: 1,
    found: { users: [], rooms: [] },
    ...more,
  };
  return goalsFor(words, known).map(({ name, goals }) =>
    `${name}: ${goals.map(({ title }) => title).join(", ")}`
  );
}

Deno.test("without words there is what is new, other rooms, conversations, and whom one could talk to", () => {
  assert.deepEqual(found(""), [
    "unread: All of design, Design",
    "rooms: 设计",
    "direct: Bob",
    "people: Alice, Carol",
  ]);
});

Deno.test("words are looked for in names and addresses, beginnings first, the room one is in as well", () => {
  assert.deepEqual(found("design"), ["unread: Design, All of design", "rooms: Old design"]);
  assert.deepEqual(found("shej"), ["rooms: 设计"]);
  assert.deepEqual(found("计"), ["rooms: 设计"]);
  assert.deepEqual(found("GENERAL"), ["rooms: General"]);
  assert.deepEqual(found("nothing at all"), []);
});

Deno.test("somebody whom only the server knows can be met, those one talks with are not offered twice", () => {
  const dora = user(7, "Dora");
  assert.deepEqual(found("do", { found: { users: [dora], rooms: [] } }), ["people: Dora"]);
  assert.deepEqual(found("bo", { found: { users: [BOB], rooms: [] } }), ["direct: Bob"]);
});

Deno.test("a public room that one is not in is offered by its name, one's own only once", () => {
  const listed = { topic: "Ships", members: 3, joined: false };
  const harbour = { id: 7, name: "Harbour", slug: "harbour", ...listed };
  const general = { id: 1, name: "General", slug: "general", ...listed };
  const known = { found: { users: [], rooms: [harbour, general] } };
  assert.deepEqual(found("har", known), ["public: Harbour"]);
  assert.deepEqual(found("general", known), ["rooms: General"]);
  assert.deepEqual(found("ships", known), []);
});

Deno.test("a conversation that another has opened and said nothing in is none yet", () => {
  const opened = { slug: null, kind: /** @type {const} */ ("direct"), users: [ALICE.id, BOB.id] };
  const one = room(4, { ...opened, by: BOB.id });
  assert.deepEqual(found("bo", { rooms: [one] }), ["people: Bob"]);
  assert.deepEqual(found("bo", { rooms: [one], current: 4 }), ["direct: Bob"]);
  assert.deepEqual(found("bo", { rooms: [{ ...one, by: ALICE.id }] }), ["direct: Bob"]);
  assert.deepEqual(found("bo", { rooms: [{ ...one, last_seq: 1 }] }), ["unread: Bob"]);
});

Deno.test("the next room is the next that is wanted, around the end", () => {
  assert.equal(nextRoom([1, 2, 3], 1, 1), 2);
  assert.equal(nextRoom([1, 2, 3], 1, -1), 3);
  assert.equal(nextRoom([1, 2, 3], 3, 1), 1);
  assert.equal(nextRoom([1, 2, 3], 1, 1, (id) => id === 3), 3);
  assert.equal(nextRoom([1, 2, 3], 9, 1), 1);
  assert.equal(nextRoom([1, 2, 3], 9, -1), 3);
  assert.equal(nextRoom([1], 1, 1), null);
  assert.equal(nextRoom([1, 2], 1, 1, () => false), null);
});
