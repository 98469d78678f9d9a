import assert from "node:assert/strict";
import { hasMissed, isQuiet, isWorthNotice, noticeOf, quietUntil } from "chat/notify.js";
import { ALICE, BOB, message, room } from "./wire.js";

const users = new Map([[ALICE.id, ALICE], [BOB.id, BOB]]);

const NOW = Date.UTC(2026, 0, 31, 9);
const LATER = new Date(NOW + 60_000).toISOString();

/** @param {Partial<import("chat/wire.d.ts").Message>} [said] @param {Partial<import("chat/wire.d.ts").OwnRoom>} [own] @param {Record<string, unknown>} [reader] */
function isWorth(said = {}, own = {}, reader = {}) {
  const blocked = /** @type {Set<number>} */ (new Set());
  return isWorthNotice(message(5, said), {
    room: room(7, { last_seq: 4, read_seq: 4, ...own }),
    me: ALICE.id,
    blocked,
    dndUntil: null,
    now: NOW,
    ...reader,
  });
}

Deno.test("each new message is worth a notification where all are asked for", () => {
  assert.equal(isWorth(), true);
});

Deno.test("where only mentions are asked for, only they are", () => {
  assert.equal(isWorth({}, { notify: "mentions" }), false);
  assert.equal(isWorth({ mentions: [ALICE.id] }, { notify: "mentions" }), true);
  assert.equal(isWorth({ mention_room: true }, { notify: "mentions" }), true);
});

Deno.test("a muted room says nothing, whoever is mentioned", () => {
  assert.equal(isWorth({ mentions: [ALICE.id] }, { notify: "none" }), false);
});

Deno.test("nobody is notified of what they wrote themselves", () => {
  assert.equal(isWorth({ author: ALICE.id }), false);
});

Deno.test("who is blocked notifies nobody", () => {
  assert.equal(isWorth({ mention_room: true }, {}, { blocked: new Set([BOB.id]) }), false);
});

Deno.test("while one is not to be disturbed nothing comes, afterwards it does", () => {
  assert.equal(isWorth({}, {}, { dndUntil: LATER }), false);
  assert.equal(isWorth({}, {}, { dndUntil: LATER, now: NOW + 61_000 }), true);
  assert.equal(isQuiet(null, NOW), false);
});

Deno.test("what was read already, deleted, or said by the room itself is not worth it", () => {
  assert.equal(isWorth({}, { read_seq: 5 }), false);
  assert.equal(isWorth({ deleted_at: LATER }), false);
  assert.equal(isWorth({ kind: "system", author: null }), false);
});

Deno.test("it says who writes where, and what", () => {
  const names = { author: "Bob", title: "Atelier", users };
  assert.deepEqual(noticeOf(message(5, { body: " hi " }), room(7), names), {
    room: 7,
    seq: 5,
    title: "Bob · Atelier",
    body: "hi",
    tag: "room-7",
  });
  assert.equal(noticeOf(message(5), room(7, { kind: "direct" }), names).title, "Bob");
});

Deno.test("a name that is written from right to left turns nothing around it", () => {
  const { title } = noticeOf(message(5), room(7), { author: "דנה", title: "Atelier 2", users });
  assert.equal(title, "\u2068דנה\u2069 · Atelier 2");
});

Deno.test("what is hidden is not told", () => {
  const names = { author: "Bob", title: "Atelier", users };
  const { body } = noticeOf(message(5, { body: "the end: ||he | she|| dies" }), room(7), names);
  assert.equal(body, "the end: ▒▒▒ dies");
});

Deno.test("it reads as the message does, without the marks of a markup", () => {
  const names = { author: "Bob", title: "Atelier", users };
  const bold = { t: "b", c: [{ t: "text", text: "Ask" }] };
  const content = [{ t: "p", c: [bold, { t: "mention", user: ALICE.id, text: "@al" }] }];
  const { body } = noticeOf(message(5, { body: "**Ask**@al", content }), room(7), names);
  assert.equal(body, "Ask@Alice");
});

Deno.test("of a message that is a file alone it says the name", () => {
  const names = { author: "Bob", title: "Atelier", users };
  const attachments = [{ id: 1, name: "tea.png", type: "image/png", size: 1, url: "/files/1/a" }];
  const { body } = noticeOf(message(5, { body: "", attachments }), room(7), names);
  assert.equal(body, "tea.png");
});

Deno.test("a long text is cut between characters", () => {
  const { body } = noticeOf(message(5, { body: "😀".repeat(200) }), room(7), {
    author: "Bob",
    title: "Atelier",
    users,
  });
  assert.equal([...body].length, 140);
  assert.match(body, /^(😀)+…$/u);
});

Deno.test("quiet ends after hours, or in the next morning", () => {
  assert.equal(Date.parse(quietUntil("hour", NOW)) - NOW, 3_600_000);
  assert.equal(Date.parse(quietUntil("evening", NOW)) - NOW, 4 * 3_600_000);
  for (const hour of [3, 12, 23]) {
    const now = new Date(2026, 0, 31, hour).getTime();
    const end = new Date(quietUntil("morning", now));
    assert.equal(end.getHours(), 8);
    assert.ok(end.getTime() > now && end.getTime() - now <= 24 * 3_600_000);
  }
});

Deno.test("what was said while one was away is missed, unless it is read or one's own room says nothing", () => {
  const before = room(7, { last_seq: 4, read_seq: 4, mentions: 0 });
  assert.equal(hasMissed({ ...before, last_seq: 6 }, before), true);
  assert.equal(hasMissed({ ...before, last_seq: 6, read_seq: 6 }, before), false);
  assert.equal(hasMissed({ ...before, last_seq: 6, notify: "none" }, before), false);
  assert.equal(hasMissed(before, before), false);
});

Deno.test("where only mentions are asked for, only they are missed", () => {
  const before = room(7, { last_seq: 4, read_seq: 4, mentions: 1, notify: "mentions" });
  assert.equal(hasMissed({ ...before, last_seq: 6 }, before), false);
  assert.equal(hasMissed({ ...before, last_seq: 6, mentions: 2 }, before), true);
});
