import assert from "node:assert/strict";
import { Lookout } from "chat/lookout.js";
import { FakeClock, settled } from "./fakes.js";

/** Tabs of one browser: what one posts the others hear. */
class Street {
  /** @type {{ hear: (event: { data: any }) => void }[]} */
  #ends = [];

  channel() {
    const end = { hear: (/** @type {{ data: any }} */ _event) => {} };
    this.#ends.push(end);
    return /** @type {any} */ ({
      addEventListener: (/** @type {string} */ _, /** @type {any} */ hear) => (end.hear = hear),
      postMessage: (/** @type {any} */ data) => {
        for (const other of this.#ends) if (other !== end) other.hear({ data });
      },
    });
  }
}

/** Who asks for a lock waits until it is given back. */
class Locks {
  #last = Promise.resolve();

  request = /** @type {any} */ ((
    /** @type {string} */ _name,
    /** @type {unknown} */ _options,
    /** @type {() => Promise<void>} */ hold,
  ) => {
    this.#last = this.#last.then(hold);
    return this.#last;
  });
}

/** @param {Street} street @param {FakeClock} clock @param {number[]} inFront */
function tab(street, clock, inFront = []) {
  const isLooking = (/** @type {number} */ room) => inFront.includes(room);
  return new Lookout({ channel: street.channel(), clock, isLooking });
}

Deno.test("one tab notifies, and the next when it goes", async () => {
  const [street, clock, locks] = [new Street(), new FakeClock(), new Locks()];
  const tabs = [tab(street, clock), tab(street, clock)];
  const endings = tabs.map(() => new AbortController());
  tabs.forEach((one, at) => one.lead(locks, "name", endings[at].signal));
  await settled();
  assert.deepEqual(tabs.map(({ isLeader }) => isLeader), [true, false]);
  endings[0].abort();
  await settled();
  assert.deepEqual(tabs.map(({ isLeader }) => isLeader), [false, true]);
  endings[1].abort();
});

Deno.test("without locks nobody notifies", async () => {
  const one = tab(new Street(), new FakeClock());
  await one.lead(undefined, "name", new AbortController().signal);
  assert.equal(one.isLeader, false);
});

Deno.test("a room that another tab has in front of somebody is known to be so", async () => {
  const [street, clock] = [new Street(), new FakeClock()];
  const one = tab(street, clock);
  tab(street, clock, [7]);
  assert.equal(await one.isInFront(7), true);
});

Deno.test("its own room needs no question", async () => {
  assert.equal(await tab(new Street(), new FakeClock(), [7]).isInFront(7), true);
});

Deno.test("if nobody answers in time, nobody looks", async () => {
  const [street, clock] = [new Street(), new FakeClock()];
  const one = tab(street, clock);
  tab(street, clock, [8]);
  const answer = one.isInFront(7);
  await clock.pass(200);
  assert.equal(await answer, false);
});

Deno.test("where there is no channel each tab speaks for itself", async () => {
  const clock = new FakeClock();
  const one = new Lookout({ channel: null, clock, isLooking: () => false });
  const answer = one.isInFront(7);
  await clock.pass(200);
  assert.equal(await answer, false);
});
