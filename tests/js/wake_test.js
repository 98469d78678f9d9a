import assert from "node:assert/strict";
import { Wake } from "chat/wake.js";
import { FakeClock } from "./fakes.js";

const HOUR = 3_600_000;

function setUp() {
  const clock = new FakeClock();
  let count = 0;
  const wake = new Wake(clock, () => (count += 1));
  wake.start();
  return { clock, wake, count: () => count };
}

Deno.test("it notices within seconds that the machine slept", async () => {
  const { clock, count } = setUp();
  await clock.pass(30_000);
  clock.sleep(HOUR);
  await clock.pass(1);
  assert.equal(count(), 1);
});

Deno.test("also where timers do not count the sleep", async () => {
  const { clock, count } = setUp();
  await clock.pass(30_000);
  clock.suspend(HOUR);
  await clock.pass(3_000);
  assert.equal(count(), 1);
});

Deno.test("it says nothing while timers come when they are due", async () => {
  const { clock, count } = setUp();
  await clock.pass(60_000);
  assert.equal(count(), 0);
});

Deno.test("it ends", async () => {
  const { clock, wake, count } = setUp();
  wake.stop();
  clock.sleep(HOUR);
  await clock.pass(60_000);
  assert.equal(count(), 0);
});
