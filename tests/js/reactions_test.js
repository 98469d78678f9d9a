import assert from "node:assert/strict";
import { CommandError } from "chat/commands.js";
import { Reactions } from "chat/reactions.js";
import { settled } from "./fakes.js";
import { ALICE, BOB, message } from "./wire.js";

const ROOM = 7;
const ME = ALICE.id;

function make() {
  /** @type {{ type: string, ok: (rev: number) => Promise<unknown>, refuse: () => Promise<unknown> }[]} */
  const asked = [];
  /** @type {unknown[]} */
  const refused = [];
  const reactions = new Reactions({
    act: (type) =>
      new Promise((resolve, reject) =>
        asked.push({
          type,
          ok: (rev) => (resolve({ rev }), settled()),
          refuse: () => (reject(new CommandError("muted")), settled()),
        })
      ),
    onChange: () => {},
    onRefused: (error) => refused.push(error),
  });
  return { reactions, asked, refused };
}

/** @param {Reactions} reactions @param {import("chat/wire.d.ts").Message} of */
function shown(reactions, of) {
  return reactions.shown(ROOM, of, ME).map(({ emoji, users }) => [emoji, users]);
}

Deno.test("one's own reaction shows at once, after those there are", () => {
  const { reactions, asked } = make();
  const told = message(1, { reactions: [["👍", [BOB.id]]] });
  reactions.toggle(ROOM, told, "🎉", ME);
  reactions.toggle(ROOM, told, "👍", ME);
  assert.deepEqual(shown(reactions, told), [["👍", [BOB.id, ME]], ["🎉", [ME]]]);
  assert.deepEqual(asked.map(({ type }) => type), ["reaction.add", "reaction.add"]);
});

Deno.test("pressed again it goes at once, and with the last person the pill", () => {
  const { reactions, asked } = make();
  const told = message(1, { reactions: [["👍", [ME]], ["🎉", [ME, BOB.id]]] });
  reactions.toggle(ROOM, told, "👍", ME);
  reactions.toggle(ROOM, told, "🎉", ME);
  assert.deepEqual(shown(reactions, told), [["🎉", [BOB.id]]]);
  assert.deepEqual(asked.map(({ type }) => type), ["reaction.remove", "reaction.remove"]);
});

Deno.test("once the message tells it, the message counts", async () => {
  const { reactions, asked } = make();
  reactions.toggle(ROOM, message(1), "👍", ME);
  await asked[0].ok(5);
  assert.deepEqual(shown(reactions, message(1, { rev: 4 })), [["👍", [ME]]]);
  assert.deepEqual(shown(reactions, message(1, { rev: 5, reactions: [] })), []);
});

Deno.test("what is refused goes away, and is said", async () => {
  const { reactions, asked, refused } = make();
  reactions.toggle(ROOM, message(1), "👍", ME);
  await asked[0].refuse();
  assert.deepEqual(shown(reactions, message(1)), []);
  assert.equal(refused.length, 1);
});
