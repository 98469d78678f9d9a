import assert from "node:assert/strict";
import { deedsOn } from "chat/permissions.js";
import { ALICE, BOB, message, room } from "./wire.js";

const WORDS = ["copy_link", "copy_text"];

/**
 * @param {Partial<import("chat/wire.d.ts").Message>} of
 * @param {Partial<import("chat/wire.d.ts").OwnRoom>} [own]
 * @param {{ role?: string | null, mayPost?: boolean }} [how] the author's role, and whether anything may be said
 */
function deeds(of, own = {}, { role = null, mayPost = true } = {}) {
  return [...deedsOn(message(1, of), { room: room(1, own), me: ALICE, mayPost, role })]
    .filter((deed) => deed !== "unread") // whatever it is, one can come back to it
    .sort();
}

Deno.test("one's own message can be edited and deleted, and is not reported", () => {
  assert.deepEqual(deeds({ author: ALICE.id }), [...WORDS, "delete", "edit", "react", "reply"]);
});

Deno.test("another's can be reported, and neither edited nor deleted", () => {
  assert.deepEqual(deeds({ author: BOB.id }), [...WORDS, "react", "reply", "report"]);
});

Deno.test("who keeps order may delete and pin as well", () => {
  for (const role of ["owner", "moderator"]) {
    const expected = [...WORDS, "delete", "pin", "react", "reply", "report"];
    assert.deepEqual(deeds({ author: BOB.id }, { role }), expected);
  }
});

Deno.test("who keeps order may mute, ban and remove those whom they outrank", () => {
  const may = (/** @type {string} */ role, /** @type {string | null} */ author) =>
    deeds({ author: BOB.id }, { role }, { role: author }).includes("moderate");
  assert.ok(may("moderator", "member") && may("owner", "moderator"));
  assert.ok(!may("member", "member") && !may("moderator", "owner") && !may("owner", null));
  assert.ok(
    !deeds({ author: ALICE.id }, { role: "owner" }, { role: "owner" }).includes("moderate"),
  );
});

Deno.test("in a conversation of two both may pin", () => {
  assert.ok(deeds({ author: BOB.id }, { kind: "direct" }).includes("pin"));
});

Deno.test("what is pinned can be unpinned", () => {
  const pinned = deeds({ author: BOB.id, pinned: true }, { role: "owner" });
  assert.ok(pinned.includes("unpin") && !pinned.includes("pin"));
});

Deno.test("where nothing may be said all stays as it is, but for what has to go", () => {
  const closed = { mayPost: false };
  assert.deepEqual(deeds({ author: ALICE.id }, {}, closed), [...WORDS, "delete"]);
  const keeping = deeds({ author: BOB.id }, { role: "moderator" }, { ...closed, role: "member" });
  assert.deepEqual(keeping, [...WORDS, "delete", "moderate", "report"]);
});

Deno.test("of what was deleted or the room itself says only the place is left", () => {
  assert.deepEqual(deeds({ deleted_at: "2026-01-31T09:00:00.000Z" }), ["copy_link"]);
  assert.deepEqual(deeds({ kind: "system", author: null }), ["copy_link"]);
});
