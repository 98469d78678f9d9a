import assert from "node:assert/strict";
import { blockedPartner, readUpTo } from "chat/blocks.js";
import { isMention } from "chat/mentions.js";
import { ALICE, BOB, message, messages, room } from "./wire.js";

const CAROL = 3;
const blocked = new Set([BOB.id]);

Deno.test("what only blocked people have said since counts as read", () => {
  assert.equal(readUpTo(room(7, { read_seq: 2 }), messages(3, 5), blocked), 5);
});

Deno.test("what another has said in between is still to be read", () => {
  const said = [message(3), message(4, { author: CAROL }), message(5)];
  assert.equal(readUpTo(room(7, { read_seq: 2 }), said, blocked), 3);
});

Deno.test("what is not known to be of a blocked person is still to be read", () => {
  const unread = room(7, { read_seq: 2 });
  assert.equal(readUpTo(unread, messages(4, 5), blocked), 2);
  assert.equal(readUpTo(unread, messages(3, 5), new Set()), 2);
  assert.equal(readUpTo(unread, [message(3, { author: null })], blocked), 2);
});

Deno.test("messages may be given in any order, and from before", () => {
  const said = [message(4), message(1), message(3)];
  assert.equal(readUpTo(room(7, { read_seq: 2 }), said, blocked), 4);
});

Deno.test("a direct room of two ends with a block, one of three does not", () => {
  const two = room(7, { kind: "direct", users: [ALICE.id, BOB.id] });
  const three = room(7, { kind: "direct", users: [ALICE.id, BOB.id, CAROL] });
  assert.equal(blockedPartner(two, ALICE.id, blocked), BOB.id);
  assert.equal(blockedPartner(two, ALICE.id, new Set()), null);
  assert.equal(blockedPartner(three, ALICE.id, blocked), null);
  assert.equal(blockedPartner(room(7), ALICE.id, blocked), null);
});

Deno.test("notes to oneself have no partner", () => {
  const notes = room(7, { kind: "direct", users: [ALICE.id] });
  assert.equal(blockedPartner(notes, ALICE.id, blocked), null);
});

Deno.test("one is called by name or with everybody, but not by oneself nor by whom one blocks", () => {
  const call = message(1, { mentions: [ALICE.id] });
  assert.equal(isMention(call, ALICE.id, new Set()), true);
  assert.equal(isMention(message(1, { mention_room: true }), ALICE.id, new Set()), true);
  assert.equal(isMention(call, ALICE.id, blocked), false);
  assert.equal(isMention({ ...call, author: ALICE.id }, ALICE.id, new Set()), false);
  assert.equal(isMention(message(1), ALICE.id, new Set()), false);
});
