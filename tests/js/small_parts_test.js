import assert from "node:assert/strict";
import { addressOf, readAddress } from "chat/addresses.js";
import { setText } from "chat/components/markup.js";
import { Format, localeFor } from "chat/format.js";
import { Composition, onWords } from "chat/ime.js";
import { byName, byRecency, initial, isCalled, isUnread, roomTitle, tint } from "chat/people.js";
import { setStrings, t } from "chat/strings.js";
import { uuid } from "chat/uuid.js";
import { ALICE, BOB, room, user } from "./wire.js";

const STRINGS = {
  hello: "Hello %(name)s, 100%%",
  messages: { one: "%(n)s message", many: "%(n)s messages" },
  notes: "Notes to self",
  today: "Today",
  yesterday: "Yesterday",
};
setStrings(STRINGS);

Deno.test("a text is filled in", () => {
  assert.equal(t("hello", { name: "Bob" }), "Hello Bob, 100%");
});

Deno.test("a text counts", () => {
  assert.equal(t("messages", { n: 1 }), "1 message");
  assert.equal(t("messages", { n: 2 }), "2 messages");
});

Deno.test("what stands there already is not written, and so not read out, again", () => {
  /** @type {string[]} */
  const written = [];
  const place = {
    get textContent() {
      return written.at(-1) ?? "";
    },
    set textContent(text) {
      written.push(text);
    },
  };
  for (const text of ["", "Nobody", "Nobody", ""]) setText(/** @type {any} */ (place), text);
  assert.deepEqual(written, ["Nobody", ""]);
});

Deno.test("numbers and plurals are those of the reader's language", () => {
  const files = { files: { one: "%(n)s Datei", many: "%(n)s Dateien" } };
  setStrings({ ...STRINGS, ...files }, "de");
  assert.equal(t("files", { n: 12_345 }), "12.345 Dateien");
  setStrings({ ...STRINGS, ...files }, "zh-hans"); // which has one form
  assert.equal(t("files", { n: 1 }), "1 Dateien");
  setStrings(STRINGS);
  assert.equal(t("messages", { n: 12_345 }), "12,345 messages");
});

Deno.test("rooms and their addresses lead to each other", () => {
  const rooms = [room(7), room(8, { slug: "茶水间" }), room(9, { kind: "direct", slug: null })];
  for (const one of rooms) {
    assert.deepEqual(readAddress(addressOf(one), rooms), { room: one.id, seq: null });
    assert.deepEqual(readAddress(addressOf(one, 5), rooms), { room: one.id, seq: 5 });
  }
});

Deno.test("an address of nothing is none", () => {
  for (
    const path of ["/", "/rooms/", "/rooms/none/", "/direct/7/", "/rooms/room-7/x/", "/rooms/%E0/"]
  ) {
    assert.equal(readAddress(path, [room(7)]), null);
  }
});

Deno.test("a direct room is called after the others in it", () => {
  const users = new Map([[ALICE.id, ALICE], [BOB.id, BOB]]);
  const direct = room(9, { kind: "direct", users: [ALICE.id, BOB.id] });
  assert.equal(roomTitle(direct, ALICE, users), "Bob");
  const three = { ...direct, users: [ALICE.id, BOB.id, 3] };
  setStrings({ ...STRINGS, joint: "、" }, "zh-Hans");
  assert.equal(roomTitle(three, ALICE, users.set(3, user(3, "Carol"))), "Bob、Carol");
  setStrings(STRINGS);
  assert.equal(roomTitle({ ...direct, users: [ALICE.id] }, ALICE, users), "Notes to self");
});

Deno.test("what retention removed does not count as unread", () => {
  assert.equal(isUnread(room(7, { last_seq: 5, read_seq: 4 })), true);
  assert.equal(isUnread(room(7, { last_seq: 5, read_seq: 0, first_seq: 6 })), false);
});

Deno.test("people are told apart by their first letter and their ground", () => {
  assert.equal(initial(user(1, "émile")), "É");
  assert.equal(initial(user(1, "𠮷田")), "𠮷");
  assert.deepEqual([5, 6, 7].map((id) => tint(user(id, "x"))), [6, 1, 2]);
});

Deno.test("days are called as people call them", () => {
  const format = new Format("en", "UTC");
  const now = Date.parse("2026-01-31T09:00:00Z");
  assert.equal(format.day("2026-01-31T00:00:01Z", now), "Today");
  assert.equal(format.day("2026-01-30T23:59:59Z", now), "Yesterday");
  assert.equal(format.day("2026-01-28T12:00:00Z", now), "Wednesday, January 28");
  assert.equal(format.day("2024-01-28T12:00:00Z", now), "January 28, 2024");
});

Deno.test("the time of day is written as in full dates, and as the server writes it", () => {
  const at = "2026-01-31T09:05:00Z";
  const times = ["en-GB", "de", "zh-CN"].map((locale) => new Format(locale, "UTC").time(at));
  assert.deepEqual(times, ["09:05", "09:05", "09:05"]);
});

Deno.test("dates follow the reader's own kind of the page's language", () => {
  assert.equal(localeFor("en", ["fr", "en-GB", "en-US"]), "en-GB");
  assert.equal(localeFor("zh-hans", ["en-GB"]), "zh-hans");
});

Deno.test("names are ordered without regard to case", () => {
  assert.deepEqual(["bob", "Alice", "茶", "Émile"].sort(byName), ["Alice", "bob", "Émile", "茶"]);
});

Deno.test("every message gets an id of its own, as the wire wants it", () => {
  const ids = Array.from({ length: 100 }, uuid);
  assert.equal(new Set(ids).size, 100);
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

Deno.test("the Enter that ends a composition is the input method's", () => {
  const composition = new Composition();
  const enter = { isComposing: false, keyCode: 13, timeStamp: 1_000 };
  assert.equal(composition.owns(enter), false);
  assert.equal(composition.owns({ ...enter, isComposing: true }), true);
  assert.equal(composition.owns({ ...enter, keyCode: 229 }), true);
  composition.start(new EventTarget());
  assert.equal(composition.owns(enter), true);
  composition.end(1_990);
  assert.equal(composition.owns({ ...enter, timeStamp: 2_000 }), true); // Safari's late one
  assert.equal(composition.owns({ ...enter, timeStamp: 2_100 }), false);
});

Deno.test("a field that is taken away in the middle of a composition leaves the keys to others", () => {
  const composition = new Composition();
  const field = Object.assign(new EventTarget(), { isConnected: true });
  composition.listen(field, new AbortController().signal);
  field.dispatchEvent(new Event("compositionstart"));
  const key = { isComposing: false, keyCode: 75, timeStamp: 1_000 };
  assert.equal(composition.owns(key), true);
  field.isConnected = false;
  assert.equal(composition.owns(key), false);
});

Deno.test("what an input method has not finished is not looked for", () => {
  const field = new EventTarget();
  let looks = 0;
  onWords(field, () => looks += 1, new AbortController().signal);
  field.dispatchEvent(Object.assign(new Event("input"), { isComposing: true }));
  assert.equal(looks, 0);
  field.dispatchEvent(new Event("compositionend"));
  field.dispatchEvent(new Event("input"));
  assert.equal(looks, 2);
});

Deno.test("a room is found by any of its words, however it is accented or wide", () => {
  assert.ok(isCalled("Café du Nord", "nord cafe"));
  assert.ok(isCalled("茶水间 (二楼)", "水间"));
  assert.ok(isCalled("ＡＢＣ会议", "abc"));
  assert.ok(isCalled("general", "  "));
  assert.ok(!isCalled("general", "gen x"));
});

Deno.test("rooms stand by who wrote last, and silent ones at the end", () => {
  const rooms = [
    room(1, { last_at: null }),
    room(2, { last_at: "2026-01-31T09:00:00.000Z" }),
    room(3, { last_at: "2026-01-31T10:00:00.000Z" }),
  ];
  assert.deepEqual(rooms.sort(byRecency).map(({ id }) => id), [3, 2, 1]);
});
