import assert from "node:assert/strict";
import { News } from "chat/news.js";
import { room } from "./wire.js";

const read = room(7, { last_seq: 9, read_seq: 9 });
const unread = room(7, { last_seq: 9, read_seq: 4 });

Deno.test("what is unread when a room is opened is new, until one has met it", () => {
  const news = new News();
  news.enter(unread);
  assert.deepEqual([news.first, news.isMet], [5, false]);
  news.meet();
  assert.deepEqual([news.first, news.isMet], [5, true]);
});

Deno.test("in a room that is read nothing is new", () => {
  const news = new News();
  news.enter(read);
  assert.deepEqual([news.first, news.isMet], [null, true]);
});

Deno.test("what comes while one looks is not new, what comes unseen is", () => {
  const news = new News();
  news.enter(read);
  news.note(room(7, { last_seq: 10, read_seq: 9 }), true);
  assert.equal(news.first, null);
  news.note(room(7, { last_seq: 10, read_seq: 9 }), false);
  assert.equal(news.first, 10);
});

Deno.test("it begins anew only after all was read", () => {
  const news = new News();
  news.enter(unread);
  news.note(room(7, { last_seq: 12, read_seq: 8 }), false);
  assert.equal(news.first, 5);
  news.note(room(7, { last_seq: 12, read_seq: 12 }), true);
  news.note(room(7, { last_seq: 13, read_seq: 12 }), false);
  assert.equal(news.first, 13);
});

Deno.test("what was marked unread is not read by being looked at, until the room is opened again", () => {
  const news = new News();
  news.enter(read);
  news.beginAt(3);
  assert.deepEqual([news.first, news.isMet, news.counts(unread)], [3, true, false]);
  news.enter(unread);
  assert.equal(news.counts(unread), true);
});

Deno.test("what retention removed is not where the news begins", () => {
  const news = new News();
  news.enter(room(7, { first_seq: 8, last_seq: 9, read_seq: 2 }));
  assert.equal(news.first, 8);
});
