import assert from "node:assert/strict";
import { ComposerDraft } from "chat/components/composer-draft.js";
import { Keep } from "chat/keep.js";
import { setStrings } from "chat/strings.js";
import { FakeShelf } from "./fakes.js";
import { BOB, message } from "./wire.js";

const ROOM = 7;

class FakeElement {
  hidden = true;
  textContent = "";
  /** @type {Map<string, FakeElement>} */
  parts = new Map();

  /** @param {string} selector */
  querySelector(selector) {
    const found = this.parts.get(selector) ?? new FakeElement();
    this.parts.set(selector, found);
    return found;
  }
}
Object.assign(globalThis, { HTMLElement: FakeElement });

/** A composer where an edit of message 3 was begun before a reload, and the message has not come. */
function setUp() {
  const keep = new Keep(new FakeShelf(), new FakeShelf(), 1);
  keep.setEdit(ROOM, { seq: 3, body: "half an edit" });
  /** @type {Map<number, import("chat/wire.d.ts").Message>} */
  const held = new Map();
  const history = { find: (/** @type {number} */ seq) => held.get(seq) };
  const app = {
    keep,
    store: { histories: new Map([[ROOM, history]]), users: new Map([[BOB.id, BOB]]) },
    edits: { of: () => {} },
  };
  const text = { value: "" };
  const context = new FakeElement();
  const make = /** @type {any} */ (ComposerDraft);
  /** @type {ComposerDraft} */
  const draft = new make(text, context, app, () => {});
  draft.open(ROOM);
  const types = (/** @type {string} */ words) => {
    text.value = words;
    draft.typed();
  };
  const title = () => context.querySelector(".composer-context__title").textContent;
  return { draft, held, keep, text, title, types, users: app.store.users };
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

Deno.test("an edit that is left to answer another message is found when it is taken up again", () => {
  const { draft, held, keep, text, types } = setUp();
  keep.setEdit(ROOM, null);
  for (const seq of [3, 4]) held.set(seq, message(seq));
  draft.takeUp(message(3), "as it was");
  types("as it shall be");
  draft.answer(4);
  assert.deepEqual([text.value, draft.replyTo], ["", 4]);
  draft.takeUp(message(3), "as it was");
  assert.equal(text.value, "as it shall be");
  draft.cancel();
  draft.takeUp(message(3), "as it was");
  assert.equal(text.value, "as it was");
});

Deno.test("so is one that is left for another edit, or for a message that comes back", () => {
  const { draft, held, keep, text, types } = setUp();
  keep.setEdit(ROOM, null);
  for (const seq of [3, 4]) held.set(seq, message(seq));
  for (
    const leave of [() => draft.takeUp(message(4), "x"), () => draft.takeBack(ROOM, "y", null)]
  ) {
    draft.takeUp(message(3), "as it was");
    types("as it shall be");
    leave();
    draft.takeUp(message(3), "as it was");
    assert.equal(text.value, "as it shall be");
    draft.cancel();
  }
});

Deno.test("who is answered is called as they are called now", () => {
  const { draft, held, title, users } = setUp();
  setStrings({ replying_to: "Replying to %(author)s" });
  held.set(2, message(2));
  draft.answer(2);
  users.set(BOB.id, { ...BOB, name: "Robert" });
  draft.update();
  assert.match(title(), /Robert/);
});
