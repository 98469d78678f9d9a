import assert from "node:assert/strict";
import { ComposerDraft } from "chat/components/composer-draft.js";
import { Keep } from "chat/keep.js";
import { FakeShelf } from "./fakes.js";
import { message } from "./wire.js";

const ROOM = 7;

/** A composer where an edit of message 3 was begun before a reload, and the message has not come. */
function setUp() {
  const keep = new Keep(new FakeShelf(), new FakeShelf(), 1);
  keep.setEdit(ROOM, { seq: 3, body: "half an edit" });
  /** @type {Map<number, import("chat/wire.d.ts").Message>} */
  const held = new Map();
  const history = { find: (/** @type {number} */ seq) => held.get(seq) };
  const app = { keep, store: { histories: new Map([[ROOM, history]]) }, edits: { of: () => {} } };
  const text = { value: "" };
  const make = /** @type {any} */ (ComposerDraft);
  /** @type {ComposerDraft} */
  const draft = new make(text, { hidden: true }, app, () => {});
  draft.open(ROOM);
  const types = (/** @type {string} */ words) => {
    text.value = words;
    draft.typed();
  };
  return { draft, held, keep, text, types };
}

Deno.test("an edit that waits for its message outlives what is sent meanwhile", () => {
  const { draft, keep, types } = setUp();
  types("hello");
  draft.clear();
  assert.equal(keep.edit(ROOM)?.body, "half an edit");
});

Deno.test("it does not take the place of what is being written when its message comes", () => {
  const { draft, held, keep, text, types } = setUp();
  types("hel");
  held.set(3, message(3));
  draft.update();
  assert.deepEqual([text.value, keep.edit(ROOM)?.body], ["hel", "half an edit"]);
});

Deno.test("an answer is one also where what it answers has not come", () => {
  const { draft, keep } = setUp();
  keep.setReplyTo(ROOM, 2);
  draft.open(ROOM);
  assert.equal(draft.replyTo, 2);
  draft.clear();
  assert.equal(draft.replyTo, null);
});
