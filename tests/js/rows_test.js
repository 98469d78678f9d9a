import assert from "node:assert/strict";
import { Format } from "chat/format.js";
import { rowsOf, snippetOf } from "chat/rows.js";
import { setStrings } from "chat/strings.js";
import { ALICE, BOB, message, messages } from "./wire.js";

setStrings({
  gone_user: "Deleted account",
  blocked_message: "Blocked message",
  reply_gone: "An earlier message",
  system_member_left: "%(user)s left",
});
const users = new Map([[ALICE.id, ALICE], [BOB.id, BOB]]);

/** @param {Partial<Parameters<typeof rowsOf>[0]>} view */
function rows(view) {
  return rowsOf({
    messages: [],
    entries: [],
    find: (seq) => view.messages?.find((held) => held.seq === seq),
    users,
    me: ALICE,
    blocked: new Set(),
    firstNew: null,
    target: null,
    format: new Format("en", "UTC"),
    ...view,
  });
}

/** @param {Partial<Parameters<typeof rowsOf>[0]>} view */
function kinds(view) {
  return rows(view).map((row) => row.kind === "message" && row.isHead ? "head" : row.kind);
}

/** @param {Partial<import("chat/outbox.js").Entry>} [fields] */
function entry(fields = {}) {
  return {
    clientId: "mine",
    room: 7,
    body: "on its way",
    replyTo: null,
    at: Date.parse("2026-01-31T09:00:30Z"),
    after: 0,
    state: /** @type {const} */ ("waiting"),
    reason: null,
    isDoubtful: false,
    sentAt: null,
    sentRev: 0,
    ...fields,
  };
}

Deno.test("it groups what one person says in a row", () => {
  assert.deepEqual(kinds({ messages: messages(1, 3) }), ["day", "head", "message", "message"]);
});

Deno.test("it begins a group with another author", () => {
  const view = { messages: [message(1), message(2, { author: ALICE.id })] };
  assert.deepEqual(kinds(view), ["day", "head", "head"]);
});

Deno.test("it begins a group after a pause of more than five minutes", () => {
  const view = { messages: [message(1), message(2, { at: "2026-01-31T09:05:02.000Z" })] };
  assert.deepEqual(kinds(view), ["day", "head", "head"]);
});

Deno.test("it begins a group with an answer", () => {
  const view = { messages: [message(1), message(2, { reply_to: 1 })] };
  assert.deepEqual(kinds(view), ["day", "head", "head"]);
});

Deno.test("it begins a day where the reader's day begins", () => {
  const late = message(1, { at: "2026-01-31T22:59:00.000Z" });
  const later = message(2, { at: "2026-01-31T23:01:00.000Z" });
  const view = { messages: [late, later] };
  assert.deepEqual(kinds({ ...view, format: new Format("en", "UTC") }), ["day", "head", "message"]);
  const berlin = new Format("en", "Europe/Berlin");
  assert.deepEqual(kinds({ ...view, format: berlin }), ["day", "head", "day", "head"]);
});

Deno.test("it divides what is new from what was read", () => {
  assert.deepEqual(kinds({ messages: messages(1, 3), firstNew: 3 }), [
    "day",
    "head",
    "message",
    "new",
    "head",
  ]);
});

Deno.test("it shows what is not stored yet after everything else", () => {
  const last = rows({ messages: messages(1, 2), entries: [entry()] }).at(-1);
  assert.ok(last?.kind === "message");
  assert.equal(last.message.body, "on its way");
  assert.equal(last.author, ALICE);
});

Deno.test("a message of one's own keeps its key when it is stored", () => {
  const before = rows({ entries: [entry()] }).at(-1);
  const stored = message(1, { author: ALICE.id, client_id: "mine" });
  assert.equal(rows({ messages: [stored] }).at(-1)?.key, before?.key);
});

Deno.test("it shows once what is stored while the outbox does not know it yet", () => {
  const stored = message(1, { author: ALICE.id, client_id: "mine" });
  assert.deepEqual(kinds({ messages: [stored], entries: [entry()] }), ["day", "head"]);
});

Deno.test("it quotes what is answered", () => {
  const answer = rows({ messages: [message(1), message(2, { reply_to: 1 })] }).at(-1);
  assert.ok(answer?.kind === "message");
  assert.deepEqual(answer.reply, { seq: 1, author: BOB, text: "message 1" });
});

Deno.test("it says so where what is answered is not at hand", () => {
  const answer = rows({ messages: [message(9, { reply_to: 1 })] }).at(-1);
  assert.ok(answer?.kind === "message");
  assert.deepEqual(answer.reply, { seq: 1, author: null, text: "An earlier message" });
});

Deno.test("it marks what mentions the reader", () => {
  const mentioned = rows({ messages: [message(1, { mentions: [ALICE.id] })] }).at(-1);
  assert.ok(mentioned?.kind === "message" && mentioned.isMention);
});

Deno.test("it says what a system message tells", () => {
  const event = { name: "member_left", params: { user: BOB.id } };
  const told = rows({ messages: [message(1, { kind: "system", event })] }).at(-1);
  assert.equal(told?.kind === "system" && told.text, "\u2068Bob\u2069 left");
});

Deno.test("it skips kinds and events that it does not know", () => {
  const view = {
    messages: [
      message(1, { kind: "poll" }),
      message(2, { kind: "system", event: { name: "aurora" } }),
      message(3),
    ],
  };
  assert.deepEqual(kinds(view), ["day", "head"]);
});

Deno.test("what a blocked person says is folded up, one by one, and calls nobody", () => {
  const said = [message(1), message(2, { mentions: [ALICE.id] }), message(3, { author: ALICE.id })];
  const view = rows({ messages: said, blocked: new Set([BOB.id]) });
  assert.deepEqual(view.map(({ kind }) => kind), ["day", "blocked", "blocked", "message"]);
  const [, , folded, own] = view;
  assert(folded.kind === "blocked" && own.kind === "message");
  assert.equal(folded.inside.message.seq, 2);
  assert.equal(folded.inside.isHead, true);
  assert.equal(folded.inside.isMention, false);
  assert.equal(own.isHead, true);
});

Deno.test("a reply does not quote whom one blocks", () => {
  const said = [message(1), message(2, { author: ALICE.id, reply_to: 1 })];
  const reply = rows({ messages: said, blocked: new Set([BOB.id]) }).at(-1);
  assert(reply?.kind === "message");
  assert.deepEqual(reply.reply, { seq: 1, author: null, text: "Blocked message" });
});

Deno.test("what is hidden stays so in brief, however it is written and however long it is", () => {
  for (const hidden of ["a", "a|b", "a || b", "a\nb", "secret ".repeat(100) + "x"]) {
    assert.match(snippetOf(message(1, { body: `so ||${hidden}|| it is` }), users), /^so ▒▒▒/);
  }
  assert.equal(snippetOf(message(1, { body: "a || b" }), users), "a || b");
});

Deno.test("a message in brief has no marks, and people under their present names", () => {
  const text = (/** @type {string} */ text) => ({ t: "text", text });
  const content = [
    { t: "p", c: [{ t: "b", c: [text("Ask ")] }, { t: "mention", user: BOB.id, text: "@bo" }] },
    { t: "list", ordered: false, start: 1, c: [{ t: "item", c: [{ t: "p", c: [text("one")] }] }] },
    { t: "code_block", lang: "py", text: "a = 1" },
    { t: "p", c: [{ t: "spoiler", c: [text("secret")] }, { t: "br" }, { t: "code", text: "b" }] },
  ];
  const brief = snippetOf(message(1, { body: "**Ask** …", content }), users);
  assert.equal(brief, "Ask @Bob one a = 1 ▒▒▒ b");
});

Deno.test("a reply follows the name of whom its quote mentions", () => {
  const content = [{ t: "p", c: [{ t: "mention", user: ALICE.id, text: "@al" }] }];
  const reply = rows({ messages: [message(1, { content }), message(2, { reply_to: 1 })] }).at(-1);
  assert(reply?.kind === "message");
  assert.equal(reply.reply?.text, "@Alice");
});
