import assert from "node:assert/strict";
import { Lookout } from "chat/lookout.js";
import { FakeClock, settled } from "./fakes.js";

/** Tabs of one browser: what one posts the others hear, by and by. */
class Street {
  /** @type {{ hear: (event: { data: any }) => void }[]} */
  #ends = [];
  #carry;

  /** @param {(call: () => void) => void} carry */
  constructor(carry = (call) => call()) {
    this.#carry = carry;
  }

  channel() {
    const end = { hear: (/** @type {{ data: any }} */ _event) => {} };
    this.#ends.push(end);
    return /** @type {any} */ ({
      addEventListener: (/** @type {string} */ _, /** @type {any} */ hear) => (end.hear = hear),
      postMessage: (/** @type {any} */ data) => {
        for (const other of this.#ends) {
          if (other !== end) this.#carry(() => other.hear({ data }));
        }
      },
    });
  }
}

/** Who asks for a lock waits until it is given back. */
class Locks {
  #last = Promise.resolve();
  /** @type {{ name: string }[]} */
  #pending = [];

  request = /** @type {any} */ ((
    /** @type {string} */ name,
    /** @type {unknown} */ _options,
    /** @type {() => Promise<void>} */ hold,
  ) => {
    this.#pending.push({ name });
    this.#last = this.#last.then(() => {
      this.#pending.shift();
      return hold();
    });
    return this.#last;
  });

  query = () => Promise.resolve({ pending: this.#pending });
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

Deno.test("one that is busy is waited for", async () => {
  const clock = new FakeClock();
  const street = new Street((call) => clock.setTimeout(call, 450));
  const one = tab(street, clock);
  tab(street, clock, [7]);
  const answer = one.isInFront(7);
  await settled();
  await clock.pass(900);
  assert.equal(await answer, true);
});

Deno.test("where there is no other tab nobody is waited for", async () => {
  const [street, clock, locks] = [new Street(), new FakeClock(), new Locks()];
  const [one, ending] = [tab(street, clock), new AbortController()];
  one.lead(locks, "name", ending.signal);
  await settled();
  assert.equal(await one.isInFront(7), false);
  const other = tab(street, clock, [7]);
  other.lead(locks, "name", ending.signal);
  assert.equal(await one.isInFront(7), true);
  ending.abort();
});

Deno.test("its own room needs no question", async () => {
  assert.equal(await tab(new Street(), new FakeClock(), [7]).isInFront(7), true);
});

Deno.test("if nobody answers in time, nobody looks", async () => {
  const [street, clock] = [new Street(), new FakeClock()];
  const one = tab(street, clock);
  tab(street, clock, [8]);
  const answer = one.isInFront(7);
  await settled();
  await clock.pass(1_000);
  assert.equal(await answer, false);
});

Deno.test("where there is no channel each tab speaks for itself", async () => {
  const clock = new FakeClock();
  const one = new Lookout({ channel: null, clock, isLooking: () => false });
  const answer = one.isInFront(7);
  await settled();
  await clock.pass(1_000);
  assert.equal(await answer, false);
});
