import assert from "node:assert/strict";
import { Heard } from "chat/heard.js";
import { message } from "./wire.js";

/** @param {number} seq @param {Record<string, unknown>} [fields] @returns {any} */
function line(seq, fields = {}) {
  return { kind: "message", key: `s${seq}`, message: message(seq), entry: null, ...fields };
}

const pending = line(0, { key: "cmine", message: message(0, { seq: Infinity }), entry: {} });

Deno.test("what is there when a room is opened is no news", () => {
  const heard = new Heard();
  assert.equal(heard.isNews(line(9)), false);
  heard.drew([line(9)], 9);
  assert.equal(heard.isNews(line(9)), false);
});

Deno.test("what comes is news, once", () => {
  const heard = new Heard();
  heard.drew([line(9)], 9);
  assert.equal(heard.isNews(line(10)), true);
  heard.drew([line(9), line(10)], 10);
  assert.equal(heard.isNews(line(10)), false);
});

Deno.test("what came while one was elsewhere in the room is no news when it is loaded", () => {
  const heard = new Heard();
  heard.drew([line(1)], 9);
  heard.drew([line(1)], 30);
  assert.equal(heard.isNews(line(30)), false);
});

Deno.test("one's own line is told once, on its way or stored", () => {
  const heard = new Heard();
  heard.drew([line(9)], 9);
  assert.equal(heard.isNews(pending), true);
  heard.drew([line(9), pending], 9);
  assert.equal(heard.isNews(pending), false);
  assert.equal(heard.isNews(line(10, { key: "cmine" })), false);
});

Deno.test("nothing is told of another room until it has been drawn", () => {
  const heard = new Heard();
  heard.drew([line(9)], 9);
  heard.enter();
  assert.equal(heard.isNews(line(50)), false);
});

Deno.test("a day, and what somebody says whom one blocks, is not told", () => {
  const heard = new Heard();
  heard.drew([], 0);
  assert.equal(heard.isNews({ kind: "day", key: "day" }), false);
  assert.equal(heard.isNews(line(1, { kind: "blocked" })), false);
});
