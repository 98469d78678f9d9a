import assert from "node:assert/strict";
import { CommandError } from "chat/commands.js";
import { ConnectionLog } from "chat/connection-log.js";
import { Socket } from "chat/socket.js";
import { FakeClock, FakeWebSocket, settled } from "./fakes.js";
import { ALICE, BOB, EPOCH, message, room, welcome } from "./wire.js";

/** @param {{ session?: () => Promise<number | null>, random?: () => number }} [options] */
function setUp({ session = () => Promise.resolve(ALICE.id), random = () => 0.5 } = {}) {
  const clock = new FakeClock();
  const log = new ConnectionLog(clock.now);
  /** @type {FakeWebSocket[]} */
  const sockets = [];
  /** @type {{ type: string }[]} */
  const events = [];
  /** @type {string[]} */
  const states = [];
  const socket = new Socket({
    open: () => {
      const far = new FakeWebSocket();
      sockets.push(far);
      return /** @type {any} */ (far);
    },
    hello: () => ({ user: ALICE.id, epoch: EPOCH, rooms: { 7: 3 } }),
    session,
    onEvents: (batch) => events.push(...batch),
    onState: (state) => states.push(state.name),
    log,
    clock,
    random,
  });
  const far = () => sockets[sockets.length - 1];
  const goLive = () => {
    far().onopen();
    far().says({ type: "ok", id: far().sent[0].id });
    far().says(welcome([room(7)]));
  };
  socket.start();
  return { clock, log, sockets, events, states, socket, far, goLive };
}

/** @param {Promise<unknown>} promise @returns {Promise<CommandError>} */
async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    if (error instanceof CommandError) return error;
  }
  throw new Error("it was not refused");
}

Deno.test("it opens one connection for one that was lost during hello", async () => {
  const { clock, far, sockets } = setUp();
  far().onopen();
  far().onclose({ code: 1006 });
  await settled();
  await clock.pass(4_000);
  assert.equal(sockets.length, 2);
});

Deno.test("it says hello with what it holds", () => {
  const { far } = setUp();
  far().onopen();
  const { id: _, ...hello } = far().last;
  assert.deepEqual(hello, {
    type: "hello",
    client: "web/1",
    user: 1,
    epoch: EPOCH,
    rooms: { 7: 3 },
  });
});

Deno.test("it is live once it is welcome", () => {
  const { far, goLive, socket, events } = setUp();
  far().onopen();
  assert.equal(socket.isLive, false);
  goLive();
  assert.equal(socket.isLive, true);
  assert.equal(events[0].type, "welcome");
});

Deno.test("it pairs answers with commands", async () => {
  const { far, goLive, socket } = setUp();
  goLive();
  const first = socket.command("history", { room: 7 });
  const second = socket.command("members", { room: 7 });
  const [one, two] = far().sent.slice(-2);
  far().says({ type: "error", id: two.id, code: "not_found", detail: "Gone." });
  far().says({ type: "ok", id: one.id, rev: 9 });
  assert.equal((await first).rev, 9);
  assert.equal((await refusal(second)).code, "not_found");
});

Deno.test("it takes several events in one frame, in order and at once", () => {
  const { far, goLive, events } = setUp();
  goLive();
  far().says([
    { type: "message", room: 7, message: message(4) },
    { type: "message", room: 7, message: message(5) },
  ]);
  assert.deepEqual(events.map((event) => event.type), ["welcome", "message", "message"]);
});

Deno.test("it refuses commands while it is away", async () => {
  const { socket } = setUp();
  assert.equal((await refusal(socket.command("history"))).code, "disconnected");
});

Deno.test("it refuses what was under way when the connection ends", async () => {
  const { far, goLive, socket } = setUp();
  goLive();
  const sending = refusal(socket.command("message.send", { room: 7, body: "hello" }));
  far().onclose({ code: 1006 });
  assert.equal((await sending).code, "disconnected");
});

Deno.test("it blames the largest frame when one was too large", async () => {
  const { far, goLive, socket } = setUp();
  goLive();
  const small = refusal(socket.command("message.send", { room: 7, body: "hello" }));
  const large = refusal(socket.command("message.send", { room: 7, body: "hello".repeat(99) }));
  far().onclose({ code: 1009 });
  assert.equal((await small).code, "disconnected");
  assert.equal((await large).code, "too_long");
});

Deno.test("it does not send a frame that the server would not take", async () => {
  const { far, goLive, socket } = setUp();
  goLive();
  const before = far().sent.length;
  const error = await refusal(socket.command("message.send", { body: "语".repeat(50_000) }));
  assert.equal(error.code, "too_long");
  assert.equal(far().sent.length, before);
});

Deno.test("it gives a command up that nobody answers", async () => {
  const { clock, far, goLive, socket } = setUp();
  goLive();
  const asking = refusal(socket.command("history", { room: 7 }));
  far().says({ type: "presence", users: {} });
  await clock.pass(15_000);
  assert.equal((await asking).code, "timeout");
});

Deno.test("it comes back after a random while, longer each time", async () => {
  const { clock, far, goLive, socket, sockets } = setUp();
  goLive();
  const waits = [];
  for (let round = 0; round < 6; round += 1) {
    far().onclose({ code: 1006 });
    const { state } = socket;
    waits.push(state.name === "waiting" ? state.until - clock.now() : 0);
    await clock.pass(waits[round]);
  }
  assert.deepEqual(waits, [250, 500, 750, 750, 750, 750]);
  assert.equal(sockets.length, 7);
});

for (const [after, patience] of [[12_000, 4_000], [60_000, 30_000]]) {
  Deno.test(`after ${after / 1_000} s it waits up to ${patience / 1_000} s`, async () => {
    const { clock, far, socket } = setUp({ random: () => 1 });
    const began = clock.now();
    while (clock.now() < began + after) {
      far().onclose({ code: 1006 });
      await clock.pass(4_000);
    }
    far().onclose({ code: 1006 });
    assert.ok(socket.state.name === "waiting" && socket.state.until - clock.now() === patience);
  });
}

Deno.test("it spreads its return over what a restarting server asks for", () => {
  const { clock, far, goLive, socket } = setUp();
  goLive();
  far().says({ type: "bye", code: 1012, reason: "restart", retry_after: 8_000 });
  far().onclose({ code: 1012 });
  assert.ok(socket.state.name === "waiting" && socket.state.until - clock.now() === 4_000);
});

for (
  const [code, retryAfter, soonest, latest] of [
    [1001, 3_000, 0, 3_000],
    [1012, undefined, 0, 5_000],
    [4408, undefined, 0, 2_000],
    [4413, undefined, 1_000, 5_000],
    [4429, 20_000, 20_000, 21_000],
    [4429, undefined, 10_000, 11_000],
  ]
) {
  Deno.test(`it comes back ${soonest} to ${latest} ms after ${code}`, async () => {
    for (const random of [0, 0.999]) {
      const { clock, far, goLive, socket, sockets } = setUp({ random: () => random });
      goLive();
      far().says({ type: "bye", code, reason: "", retry_after: retryAfter });
      far().onclose({ code: Number(code) });
      const wait = Number(soonest) + random * (Number(latest) - Number(soonest));
      await clock.pass(wait - 1);
      assert.equal(sockets.length, 1);
      await clock.pass(2);
      assert.equal(sockets.length, 2);
      goLive();
      assert.equal(socket.isLive, true);
    }
  });
}

for (
  const [code, reason] of [
    [4400, "frames"],
    [4401, "signed_out"],
    [4403, "banned"],
    [4409, "displaced"],
    [4426, "old"],
  ]
) {
  Deno.test(`it stops at ${code}`, async () => {
    const { clock, far, goLive, socket, sockets } = setUp();
    goLive();
    far().onclose({ code: Number(code) });
    await clock.pass(120_000);
    assert.deepEqual(socket.state, { name: "stopped", reason });
    assert.equal(sockets.length, 1);
  });
}

Deno.test("it leaves a session that is another user's", async () => {
  const { clock, far, socket, sockets, events } = setUp();
  far().onopen();
  far().says({ ...welcome([room(7)]), me: { user: BOB, blocked: [] } });
  assert.deepEqual(socket.state, { name: "stopped", reason: "signed_out" });
  assert.equal(far().isClosed, true);
  assert.equal(events.length, 0);
  await clock.pass(60_000);
  assert.equal(sockets.length, 1);
});

Deno.test("it can be used here again after it was displaced", () => {
  const { far, goLive, socket } = setUp();
  goLive();
  far().onclose({ code: 4409 });
  socket.start();
  goLive();
  assert.equal(socket.isLive, true);
});

Deno.test("it asks after three failures whether it was signed out", async () => {
  const { clock, far, socket } = setUp({ session: () => Promise.resolve(null) });
  for (let failure = 0; failure < 3; failure += 1) {
    assert.notEqual(socket.state.name, "stopped");
    far().onclose({ code: 1006 });
    await clock.pass(4_000);
  }
  assert.deepEqual(socket.state, { name: "stopped", reason: "signed_out" });
});

Deno.test("one that was signed out does not come back by itself", async () => {
  /** @type {(user: null) => void} */
  let answer = () => {};
  const { clock, far, socket, sockets } = setUp({
    session: () => new Promise((resolve) => (answer = resolve)),
  });
  for (let failure = 0; failure < 3; failure += 1) {
    far().onclose({ code: 1006 });
    await clock.pass(4_000);
  }
  answer(null); // while the fourth connection is being made
  await settled();
  await clock.pass(60_000);
  assert.equal(socket.state.name, "stopped");
  assert.equal(sockets.length, 4);
  assert.equal(far().isClosed, true);
});

Deno.test("it goes on trying while nobody answers that question", async () => {
  const { clock, far, socket } = setUp({ session: () => Promise.reject(new Error("offline")) });
  for (let failure = 0; failure < 5; failure += 1) {
    far().onclose({ code: 1006 });
    await clock.pass(4_000);
  }
  assert.equal(socket.state.name, "connecting");
});

Deno.test("it does not wait for the countdown when told to try now", () => {
  const { far, goLive, socket, sockets } = setUp();
  goLive();
  far().onclose({ code: 1006 });
  socket.retryNow();
  assert.equal(sockets.length, 2);
});

Deno.test("a probe does not wait for the countdown either", () => {
  const { far, goLive, socket, sockets } = setUp();
  goLive();
  far().onclose({ code: 1006 });
  socket.probe();
  assert.equal(sockets.length, 2);
});

for (const code of [1012, 4429]) {
  Deno.test(`a probe leaves a server the time that it asked for (${code})`, () => {
    const { clock, far, goLive, socket, sockets } = setUp();
    goLive();
    far().says({ type: "bye", code, reason: "", retry_after: 8_000 });
    far().onclose({ code });
    socket.probe();
    assert.equal(sockets.length, 1);
    clock.sleep(10_000);
    socket.probe();
    assert.equal(sockets.length, 2);
  });
}

Deno.test("a probe ends only a connection that does not answer it", async () => {
  const { clock, far, goLive, socket, sockets } = setUp();
  goLive();
  socket.probe();
  far().says({ type: "ok", id: far().last.id });
  await clock.pass(5_000);
  assert.equal(sockets.length, 1);
  socket.probe();
  await clock.pass(3_000);
  socket.probe(); // as often as one likes, and no later for it
  await clock.pass(1_000);
  assert.equal(socket.state.name, "waiting");
});

Deno.test("a probe is not as patient as the ping that is under way", async () => {
  const { clock, far, goLive, socket } = setUp();
  goLive();
  await clock.pass(15_000); // the heartbeat's ping, which waits for ten seconds
  assert.equal(far().last.type, "ping");
  socket.probe();
  await clock.pass(4_000);
  assert.equal(socket.state.name, "waiting");
});

Deno.test("nor as one that slept", async () => {
  const { clock, goLive, socket } = setUp();
  goLive();
  await clock.pass(15_000);
  clock.suspend(3_600_000);
  socket.probe();
  await clock.pass(4_000);
  assert.equal(socket.state.name, "waiting");
});

Deno.test("of several pings one answer is enough", async () => {
  const { clock, far, goLive, socket } = setUp();
  goLive();
  await clock.pass(15_000);
  socket.probe();
  far().says({ type: "ok", id: far().last.id });
  await clock.pass(11_000);
  assert.equal(socket.isLive, true);
});

Deno.test("a probe gives up what was being connected when the machine went to sleep", () => {
  const { clock, far, socket } = setUp();
  socket.probe();
  assert.equal(far().isClosed, false);
  clock.suspend(3_600_000);
  socket.probe();
  assert.equal(far().isClosed, true);
});

Deno.test("it starts anew with hello when it is told that the page was put aside", () => {
  const { far, goLive, socket, sockets } = setUp();
  goLive();
  const old = far();
  socket.restart();
  assert.equal(old.isClosed, true);
  assert.equal(sockets.length, 2);
  far().onclose({ code: 4401 });
  socket.restart();
  assert.equal(sockets.length, 3);
});

Deno.test("it pings before the server thinks it gone", async () => {
  const { clock, far, goLive } = setUp();
  goLive();
  await clock.pass(15_000);
  assert.equal(far().last.type, "ping");
});

for (const [random, beat] of [[0, 12_000], [0.999, 17_994]]) {
  Deno.test(`chance spreads even the first beat: ${random} makes it ${beat} ms`, async () => {
    const { clock, far, goLive } = setUp({ random: () => random });
    goLive();
    const silent = far();
    const said = silent.sent.length;
    await clock.pass(beat - 1);
    assert.equal(silent.sent.length, said);
    await clock.pass(1);
    assert.equal(silent.last.type, "ping");
    await clock.pass(10_000);
    assert.equal(silent.isClosed, true);
    assert.ok(beat + 10_000 < 45_000);
  });
}

Deno.test("it leaves a server that no longer answers", async () => {
  const { clock, far, goLive, sockets, socket } = setUp();
  goLive();
  const silent = far();
  await clock.pass(15_000 + 10_000);
  assert.equal(silent.isClosed, true);
  assert.equal(socket.state.name, "waiting");
  await clock.pass(250);
  assert.equal(sockets.length, 2);
});

Deno.test("it stays with a server that answers", async () => {
  const { clock, far, goLive, sockets } = setUp();
  goLive();
  for (let round = 0; round < 20; round += 1) {
    await clock.pass(6_000);
    if (far().last.type === "ping") far().says({ type: "ok", id: far().last.id });
  }
  assert.equal(sockets.length, 1);
});

Deno.test("it listens no more to a connection that it gave up", async () => {
  const { clock, far, goLive, events } = setUp();
  goLive();
  const old = far();
  await clock.pass(30_000);
  const before = events.length;
  old.says({ type: "message", room: 7, message: message(4) });
  assert.equal(events.length, before);
});

Deno.test("it says something when it hears something while its timers are held up", async () => {
  const { clock, far, goLive } = setUp();
  goLive();
  clock.sleep(25_000);
  far().says({ type: "message", room: 7, message: message(4) });
  await settled();
  assert.equal(far().last.type, "ping");
});

Deno.test("nothing is sent on a connection that is closing, and who waits is told at its end", async () => {
  const { far, goLive, socket } = setUp();
  goLive();
  const before = far().sent.length;
  far().readyState = 2;
  const command = socket.command("history", { room: 1 });
  assert.equal(far().sent.length, before);
  far().onclose({ code: 1006 });
  await assert.rejects(command);
});

Deno.test("it notes how long a heartbeat takes, and what each connection agreed on", async () => {
  const { clock, far, goLive, log } = setUp();
  far().extensions = "permessage-deflate";
  goLive();
  await clock.pass(15_000);
  assert.equal(far().last.type, "ping");
  await clock.pass(40);
  far().says({ type: "ok", id: far().last.id });
  await settled();
  assert.deepEqual([log.isCompressed, log.trips?.count], [true, 1]);
});

Deno.test("it notes what the server said of the end, else the code of the close", async () => {
  const { clock, far, goLive, log } = setUp();
  goLive();
  far().says({ type: "bye", code: 1012, reason: "restart", retry_after: 100 });
  far().onclose({ code: 1006 });
  assert.deepEqual([log.lastLoss?.cause, log.lastLoss?.code], ["restarting", 1012]);
  await clock.pass(1_000);
  goLive();
  assert.equal(log.reconnects, 1);
});
