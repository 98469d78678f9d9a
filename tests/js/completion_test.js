import assert from "node:assert/strict";
import {
  codeBefore,
  matchEverybody,
  matchPeople,
  matchRooms,
  tokenBefore,
} from "chat/completion.js";
import { room, user } from "./wire.js";

/** @param {string} text where `|` is the caret */
function token(text) {
  const caret = text.indexOf("|");
  const found = tokenBefore(text.replace("|", ""), caret);
  return found && `${found.kind} ${found.query} ${found.start}`;
}

Deno.test("it knows what is being typed", () => {
  assert.equal(token("@|"), "person  0");
  assert.equal(token("hi @al| there"), "person al 3");
  assert.equal(token("你好@王小|"), "person 王小 2");
  assert.equal(token("see #gen|"), "room gen 4");
  assert.equal(token("看看#|"), "room  2");
  assert.equal(token("yes :ta|"), "emoji ta 4");
  assert.equal(token("哈哈：:笑|"), "emoji 笑 3");
  assert.equal(token("(@al|"), "person al 1");
});

for (
  const text of [
    ...[
      "|",
      "hi|",
      "a@b|",
      "alice@example.|",
      "@al |",
      "# |",
      "##|",
      "a#b|",
      "&#106|",
      "https://x/#a|",
    ],
    ...[":t|", "12:30|", "at 9:00|", "http://ex|", "a:bc|", "::ab|", "@" + "x".repeat(40) + "|"],
  ]
) {
  Deno.test(`it leaves ${text} alone`, () => assert.equal(token(text), null));
}

Deno.test("in code nothing is completed, begun or ended", () => {
  assert.equal(token("`@al|`"), null);
  assert.equal(token("`x @al|"), null);
  assert.equal(token("```\n@al|"), null);
  assert.equal(token("`x` @al|"), "person al 4");
});

Deno.test("it knows a code that was typed to its end", () => {
  assert.equal(codeBefore("so :tada:", 9), 3);
  assert.equal(codeBefore("at 12:30:", 9), null);
  assert.equal(codeBefore("`:tada:", 7), null);
});

Deno.test("people are found by both names, those whose name begins so first", () => {
  const people = [
    { ...user(1, "Zoe Albers"), username: "zoe" },
    { ...user(2, "王小明"), username: "wang" },
    { ...user(3, "Alice"), username: "alice" },
  ];
  const names = (/** @type {string} */ query) => matchPeople(people, query).map(({ id }) => id);
  assert.deepEqual(names("al"), [3, 1]);
  assert.deepEqual(names("小明"), [2]);
  assert.deepEqual(names("wa"), [2]);
  assert.deepEqual(names("x"), []);
});

Deno.test("rooms that everybody can open are found", () => {
  const rooms = [
    room(1, { name: "General", slug: "general" }),
    room(2, { name: "设计", slug: "design" }),
    room(3, { name: "gone", slug: "gone", archived_at: "2026-01-31T09:00:00.000Z" }),
    room(4, { kind: "direct", name: "", slug: null }),
    room(5, { kind: "private", name: "Garden", slug: "garden-b7f3a1" }),
  ];
  assert.deepEqual(matchRooms(rooms, "g").map(({ id }) => id), [1, 2]);
  assert.deepEqual(matchRooms(rooms, "设").map(({ id }) => id), [2]);
});

Deno.test("everybody is found by either name, first by that of the page's language", () => {
  assert.deepEqual(["", "Ro", "所"].map((query) => matchEverybody(query, false)), [
    "room",
    "room",
    "所有人",
  ]);
  assert.equal(matchEverybody("", true), "所有人");
  assert.equal(matchEverybody("rob", true), null);
});
