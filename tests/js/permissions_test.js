import assert from "node:assert/strict";
import { deedsOn } from "chat/permissions.js";
import { ALICE, BOB, message, room } from "./wire.js";

const WORDS = ["copy_link", "copy_text"];

/**
 * @param {Partial<import("chat/wire.d.ts").Message>} of
 * @param {Partial<import("chat/wire.d.ts").OwnRoom>} [own]
 * @param {string | null} [author] their role
 */
function deeds(of, own = {}, author = null) {
  return [...deedsOn(message(1, of), room(1, own), ALICE, author)]
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
    deeds({ author: BOB.id }, { role }, author).includes("moderate");
  assert.ok(may("moderator", "member") && may("owner", "moderator"));
  assert.ok(!may("member", "member") && !may("moderator", "owner") && !may("owner", null));
  assert.ok(!deeds({ author: ALICE.id }, { role: "owner" }, "owner").includes("moderate"));
});

Deno.test("in a conversation of two both may pin", () => {
  assert.ok(deeds({ author: BOB.id }, { kind: "direct" }).includes("pin"));
});

Deno.test("what is pinned can be unpinned", () => {
  const pinned = deeds({ author: BOB.id, pinned: true }, { role: "owner" });
  assert.ok(pinned.includes("unpin") && !pinned.includes("pin"));
});

Deno.test("an archived room stays as it is, but for what has to go", () => {
  const archived = { archived_at: "2026-01-31T09:00:00.000Z" };
  assert.deepEqual(deeds({ author: ALICE.id }, archived), [...WORDS, "delete"]);
});

Deno.test("of what was deleted or the room itself says only the place is left", () => {
  assert.deepEqual(deeds({ deleted_at: "2026-01-31T09:00:00.000Z" }), ["copy_link"]);
  assert.deepEqual(deeds({ kind: "system", author: null }), ["copy_link"]);
});
