import assert from "node:assert/strict";
import { Keep } from "chat/keep.js";
import { FakeShelf } from "./fakes.js";
import { left } from "./outboxes.js";

const [ALICE, BOB] = [1, 2];
const ROOM = 7;

/** Two tabs of one browser, both Alice's. */
function twoTabs() {
  const shared = new FakeShelf();
  const tab = () => new Keep(shared, new FakeShelf(), ALICE);
  return { shared, first: tab(), second: tab() };
}

Deno.test("a draft is there again after a reload", () => {
  const [shared, own] = [new FakeShelf(), new FakeShelf()];
  new Keep(shared, own, ALICE).setDraft(ROOM, "half a sentence");
  assert.equal(new Keep(shared, own, ALICE).draft(ROOM), "half a sentence");
});

Deno.test("it remembers the emoji that were used, the last first and each once", () => {
  const keep = new Keep(new FakeShelf(), new FakeShelf(), 1);
  for (const emoji of ["👍", "🎉", "👍"]) keep.useEmoji(emoji);
  assert.deepEqual(keep.recentEmoji(), ["👍", "🎉"]);
});

Deno.test("what is being edited is kept with its words, for this tab", () => {
  const keep = new Keep(new FakeShelf(), new FakeShelf(), 1);
  keep.setEdit(7, { seq: 42, body: "two\nlines " });
  assert.deepEqual(keep.edit(7), { seq: 42, body: "two\nlines " });
  keep.setEdit(7, null);
  assert.equal(keep.edit(7), null);
});

Deno.test("what a draft answers is this tab's alone", () => {
  const shared = new FakeShelf();
  const [one, other] = [1, 2].map(() => new Keep(shared, new FakeShelf(), 1));
  one.setReplyTo(7, 42);
  assert.deepEqual([one.replyTo(7), other.replyTo(7)], [42, null]);
  one.setReplyTo(7, null);
  assert.equal(one.replyTo(7), null);
});

Deno.test("a draft is nobody else's", () => {
  const [shared, own] = [new FakeShelf(), new FakeShelf()];
  new Keep(shared, own, ALICE).setDraft(ROOM, "half a sentence");
  assert.equal(new Keep(shared, own, BOB).draft(ROOM), "");
});

Deno.test("a tab that is opened finds the last draft that was written", () => {
  const { first, second, shared } = twoTabs();
  first.setDraft(ROOM, "first");
  second.setDraft(ROOM, "second");
  assert.equal(new Keep(shared, new FakeShelf(), ALICE).draft(ROOM), "second");
});

Deno.test("a tab keeps its own draft when another writes one", () => {
  const { first, second } = twoTabs();
  first.setDraft(ROOM, "first");
  second.setDraft(ROOM, "second");
  assert.equal(first.draft(ROOM), "first");
});

Deno.test("a draft that was sent is gone from all tabs that did not write their own", () => {
  const { first, second } = twoTabs();
  first.setDraft(ROOM, "first");
  assert.equal(second.isOwnDraft(ROOM), false);
  second.setDraft(ROOM, "");
  first.setDraft(ROOM, " ");
  assert.equal(first.draft(ROOM) + second.draft(ROOM), "");
});

Deno.test("a tab that sends its draft leaves another's, which was written later", () => {
  const { first, second, shared } = twoTabs();
  first.setDraft(ROOM, "first");
  second.setDraft(ROOM, "second");
  first.setDraft(ROOM, "");
  assert.equal(new Keep(shared, new FakeShelf(), ALICE).draft(ROOM), "second");
});

Deno.test("it knows which draft another tab has written", () => {
  const { first, shared } = twoTabs();
  first.setDraft(ROOM, "first");
  const key = shared.key(0);
  assert.equal(first.isDraftOf(key, ROOM), true);
  assert.equal(first.isDraftOf(key, 8), false);
  assert.equal(new Keep(shared, null, BOB).isDraftOf(key, ROOM), false);
  assert.equal(first.isDraftOf(null, ROOM), false);
});

Deno.test("what is being sent is noted for its author only", () => {
  const shared = new FakeShelf();
  const keep = new Keep(shared, null, ALICE);
  keep.setDraft(ROOM, "half a sentence");
  assert.equal(keep.note(left()), true);
  assert.deepEqual(keep.noted(), [left()]);
  assert.deepEqual(new Keep(shared, null, BOB).noted(), []);
  keep.unnote("left");
  assert.equal(keep.isNoted("left"), false);
});

Deno.test("a note that was spoilt does not hide the others", () => {
  const shared = new FakeShelf();
  const keep = new Keep(shared, null, ALICE);
  keep.note(left());
  shared.setItem("chat:1:unsent:spoilt", "{");
  assert.deepEqual(keep.noted(), [left()]);
});

Deno.test("a browser that forbids storage costs the memory only", () => {
  const forbid = () => {
    throw new DOMException("forbidden", "SecurityError");
  };
  const shelf = { getItem: forbid, setItem: forbid, removeItem: forbid, key: forbid, length: 1 };
  for (const keep of [new Keep(shelf, shelf, ALICE), new Keep(null, null, ALICE)]) {
    keep.setDraft(ROOM, "half a sentence");
    assert.equal(keep.draft(ROOM), "");
    assert.equal(keep.note(left()), false);
    assert.deepEqual(keep.noted(), []);
  }
});
