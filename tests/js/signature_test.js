import assert from "node:assert/strict";
import { beginningSignature } from "chat/components/beginning.js";
import { signatureOf } from "chat/components/message.js";
import { Format } from "chat/format.js";
import { rowsOf } from "chat/rows.js";
import { setStrings } from "chat/strings.js";
import { ALICE, BOB, message, room } from "./wire.js";

setStrings({ gone_user: "Deleted account", reply_gone: "An earlier message" });

const format = new Format("en", "UTC");
const MESSAGES = [
  message(1),
  message(2, { author: ALICE.id, reply_to: 1 }),
  message(3, { author: ALICE.id, mentions: [BOB.id] }),
  message(4, { author: ALICE.id, reactions: [["👍", [BOB.id]]] }),
  message(5, { author: ALICE.id }),
];

/** What each line is built from. @param {Partial<import("chat/wire.d.ts").User>} [changed] of Bob */
function signatures(changed = {}) {
  const users = new Map([[ALICE.id, ALICE], [BOB.id, { ...BOB, ...changed }]]);
  const context = /** @type {any} */ ({
    room: room(7),
    me: ALICE,
    users,
    format,
    now: 0,
    edits: { of: () => undefined },
    reactions: {
      shown: (
        /** @type {number} */ _,
        /** @type {import("chat/wire.d.ts").Message} */ { reactions },
      ) => reactions.map(([emoji, users]) => ({ emoji, users })),
    },
  });
  const said = {
    messages: MESSAGES,
    entries: [],
    find: (/** @type {number} */ seq) => MESSAGES.find((held) => held.seq === seq),
    users,
    me: ALICE,
    blocked: /** @type {Set<number>} */ (new Set()),
    firstNew: null,
    target: null,
    format,
  };
  return rowsOf(said).filter(({ kind }) => kind === "message").map((row) =>
    signatureOf(row, context)
  );
}

/** @param {Partial<import("chat/wire.d.ts").User>} changed */
function drawnAnew(changed) {
  const after = signatures(changed);
  return signatures().flatMap((before, at) => before === after[at] ? [] : [at + 1]);
}

Deno.test("a new name is drawn wherever it stands: over what was said, quoted, meant, below it", () => {
  assert.deepEqual(drawnAnew({ name: "Robert" }), [1, 2, 3, 4]);
});

Deno.test("a new picture is drawn beside what was said", () => {
  assert.deepEqual(drawnAnew({ avatar: "/accounts/avatars/2/5e1f0c" }), [1]);
});

Deno.test("a new picture is drawn where the room begins", () => {
  const rows = new Map([[BOB.id, { role: "member" }]]);
  const signature = (/** @type {import("chat/wire.d.ts").User} */ bob) =>
    beginningSignature(
      room(7),
      /** @type {any} */ ({ members: new Map([[7, { rows }]]), users: new Map([[BOB.id, bob]]) }),
    );
  assert.notEqual(signature(BOB), signature({ ...BOB, avatar: "/accounts/avatars/2/5e1f0c" }));
});
