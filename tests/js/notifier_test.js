import assert from "node:assert/strict";
import { Notifier, permission } from "chat/components/notifier.js";
import { FakeClock } from "./fakes.js";
import { sync } from "./wire.js";

Deno.test("an event that goes wrong does not stop those after it", () => {
  /** @type {number[]} */
  const heard = [];
  const get = (/** @type {number} */ room) => {
    heard.push(room);
    if (room === 7) throw new Error("spoilt");
  };
  const app = /** @type {any} */ ({ store: { rooms: { get } } });
  const notifier = new Notifier(app, { name: "1", channel: null, clock: new FakeClock() });
  /** @type {string[]} */
  const reported = [];
  const note = (/** @type {ErrorEvent} */ event) => {
    event.preventDefault();
    reported.push(event.message);
  };
  globalThis.addEventListener("error", note);
  notifier.receive([7, 8].map((room) => sync(2, 3, { room })));
  globalThis.removeEventListener("error", note);
  assert.deepEqual([heard, reported.length], [[7, 8], 1]);
});

Deno.test("a browser that leaves notifications to service workers is offered none", () => {
  class Refusing {
    static permission = "default";
    constructor() {
      throw new TypeError("Illegal constructor.");
    }
  }
  Object.assign(globalThis, { Notification: Refusing, isSecureContext: true });
  assert.equal(permission(), "missing");
  Refusing.permission = "granted";
  assert.equal(permission(), "missing");
});
