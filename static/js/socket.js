/**
 * The connection: one WebSocket after another, seen from outside as one that is sometimes away.
 *
 * It says hello with what is held, pairs answers with commands, notices a server that fell silent, and comes
 * back as backoff.js has it. It knows no DOM; WebSocket, clock and chance are given to it.
 */

import { planAfter } from "chat/backoff.js";
import { CommandError, Commands } from "chat/commands.js";

/** @import { ByeEvent, Server, ServerEvent } from "chat/wire.d.ts" */
/** @import { Cause, StopReason } from "chat/backoff.js" */
/** @import { ConnectionLog } from "chat/connection-log.js" */

/**
 * @typedef {{ name: "idle" } | { name: "connecting", cause: Cause | null } | { name: "live" }
 *   | { name: "waiting", cause: Cause, until: number } | { name: "stopped", reason: StopReason }} State
 * @typedef {{ user?: number, epoch?: string, rooms: Record<string, number> }} Held
 * @typedef {{ now: () => number, setTimeout: (call: () => void, ms: number) => number,
 *   clearTimeout: (timer: number) => void }} Clock
 * @typedef {object} Deps
 * @property {() => WebSocket} open
 * @property {() => Held} hello what to resume from
 * @property {() => Promise<number | null>} session whose session this is; rejects when nobody answers
 * @property {(events: ServerEvent[]) => void} onEvents
 * @property {(state: State) => void} onState
 * @property {ConnectionLog} log
 * @property {Clock} clock
 * @property {() => number} random
 */

export const SUBPROTOCOL = "chat.v1";
const CLIENT = "web/1";
const CONNECT_TIMEOUT = 15_000;
const PONG_TIMEOUT = 10_000;
const PROBE_TIMEOUT = 4_000;
const STEADY = 10_000;
const FAILURES_BEFORE_ASKING = 3;
const CLOSING = 2; // WebSocket.CLOSING
/** @type {Set<Cause>} */
const WAITS_FOR_SERVER = new Set(["restarting", "flooding"]);

export class Socket {
  /** @type {Deps} */
  #deps;
  /** @type {WebSocket | null} */
  #ws = null;
  /** @type {State} */
  #state = { name: "idle" };
  #commands;
  #failures = 0;
  #lostAt = 0;
  #triedAt = 0;
  #liveAt = 0;
  #heardAt = 0;
  #saidAt = 0;
  /** @type {ByeEvent | null} */
  #bye = null;
  /** @type {Server | null} */
  #server = null;
  /** @type {Cause | null} */
  #cause = null;
  #retryTimer = 0;
  #connectTimer = 0;
  #heartbeatTimer = 0;
  #pongTimer = 0;
  #pongDue = 0;

  /** @param {Deps} deps */
  constructor(deps) {
    this.#deps = deps;
    this.#commands = new Commands(deps.clock);
  }

  /** @returns {State} */
  get state() {
    return this.#state;
  }

  get isLive() {
    return this.#state.name === "live";
  }

  start() {
    if (this.#ws || this.#state.name === "waiting") return;
    this.#lostAt = this.#deps.clock.now();
    this.#failures = 0;
    this.#connect();
  }

  /** Tries now instead of after the countdown. */
  retryNow() {
    if (this.#state.name !== "waiting") return;
    this.#deps.clock.clearTimeout(this.#retryTimer);
    this.#connect();
  }

  /** A connection of now, whatever there was: hello finds out whose session it is. */
  restart() {
    if (this.#ws) this.#drop();
    if (this.#state.name === "waiting") this.retryNow();
    else this.start();
  }

  /**
   * Something happened (woke up, network changed): finds out at once whether the connection lives. A living one
   * loses nothing by it. Where the server asked for time, it gets it.
   */
  probe() {
    const now = this.#deps.clock.now();
    const state = this.#state;
    if (this.isLive) this.#ping(PROBE_TIMEOUT);
    else if (state.name === "connecting" && now - this.#triedAt > CONNECT_TIMEOUT) this.#drop();
    else if (
      state.name === "waiting" && (now >= state.until || !WAITS_FOR_SERVER.has(state.cause))
    ) {
      this.retryNow();
    }
  }

  /**
   * Sends a command; resolves with its `ok`, rejects with a CommandError.
   * @param {string} type
   * @param {Record<string, unknown>} [fields]
   * @returns {Promise<any>}
   */
  command(type, fields = {}) {
    if (!this.isLive) return Promise.reject(new CommandError("disconnected"));
    return this.#send(type, fields);
  }

  // ---- connecting

  #connect() {
    this.#setState({ name: "connecting", cause: this.#cause });
    this.#bye = null;
    this.#triedAt = this.#deps.clock.now();
    const ws = this.#deps.open();
    this.#ws = ws;
    const ifCurrent = (/** @type {(event: any) => void} */ act) => (/** @type {any} */ event) => {
      if (this.#ws === ws) act(event);
    };
    ws.onopen = ifCurrent(() => this.#sayHello());
    ws.onmessage = ifCurrent((event) => this.#receive(event.data));
    ws.onclose = ifCurrent((event) => this.#ended(event.code));
    this.#connectTimer = this.#deps.clock.setTimeout(() => this.#drop(), CONNECT_TIMEOUT);
  }

  #sayHello() {
    const { user, epoch, rooms } = this.#deps.hello();
    const held = { ...(user && { user }), ...(epoch && { epoch }), rooms };
    const ws = this.#ws;
    this.#send("hello", { client: CLIENT, ...held }).catch(() => {
      if (this.#ws === ws) this.#drop(); // else it was refused because the connection has ended
    });
  }

  #becomeLive() {
    const { clock } = this.#deps;
    clock.clearTimeout(this.#connectTimer);
    if (this.isLive) return;
    this.#liveAt = clock.now();
    this.#cause = null;
    this.#deps.log.opened(this.#ws?.extensions ?? "");
    this.#setState({ name: "live" });
    this.#scheduleHeartbeat();
  }

  /** Gives the connection up without waiting for a close that may never come. @param {number} [code] as if of one */
  #drop(code = 1006) {
    const ws = this.#ws;
    this.#ended(code);
    ws?.close();
  }

  /** @param {number} code */
  #ended(code) {
    const { clock, random } = this.#deps;
    const now = clock.now();
    this.#ws = null;
    this.#clearTimers();
    if (this.isLive) {
      this.#lostAt = now;
      if (now - this.#liveAt > STEADY) this.#failures = 0;
    }
    this.#commands.rejectAll(code);
    this.#deps.log.ended(this.#bye?.code ?? code);
    const plan = planAfter(this.#bye?.code ?? code, {
      failures: this.#failures,
      lostFor: now - this.#lostAt,
      retryAfter: this.#bye?.retry_after,
      random,
    });
    if ("stop" in plan) return this.#stop(plan.stop);
    this.#failures += 1;
    this.#cause = plan.cause;
    this.#setState({ name: "waiting", cause: plan.cause, until: now + plan.wait });
    this.#retryTimer = clock.setTimeout(() => this.#connect(), plan.wait);
    if (this.#failures % FAILURES_BEFORE_ASKING === 0) this.#askForSession();
  }

  /** A handshake that is refused looks like a lost connection: only HTTP can tell who is signed in. */
  async #askForSession() {
    try {
      const user = await this.#deps.session();
      const isOurs = user !== null && !this.#isAnothers(user);
      if (!isOurs && !this.isLive) this.#stop("signed_out");
    } catch {
      // Nobody answers: it is the network or the server, and the countdown goes on.
    }
  }

  /** @param {number} user */
  #isAnothers(user) {
    return user !== (this.#deps.hello().user ?? user);
  }

  /** @param {StopReason} reason */
  #stop(reason) {
    const ws = this.#ws;
    this.#ws = null;
    this.#clearTimers();
    ws?.close();
    this.#setState({ name: "stopped", reason });
  }

  #clearTimers() {
    const { clock } = this.#deps;
    for (
      const timer of [this.#retryTimer, this.#connectTimer, this.#heartbeatTimer, this.#pongTimer]
    ) clock.clearTimeout(timer);
    this.#pongTimer = 0;
  }

  // ---- frames

  /** @param {string} type @param {Record<string, unknown>} fields */
  #send(type, fields) {
    const limit = this.#server?.limits.frame_bytes ?? Infinity;
    return this.#commands.send(type, fields, limit, (frame) => {
      this.#saidAt = this.#deps.clock.now();
      // One that is closing takes nothing more; whoever waits for an answer is told when it has closed.
      if (this.#ws && this.#ws.readyState < CLOSING) this.#ws.send(frame);
    });
  }

  /** @param {string} text */
  #receive(text) {
    this.#heardAt = this.#deps.clock.now();
    this.#deps.clock.clearTimeout(this.#pongTimer);
    this.#pongTimer = 0;
    const frame = JSON.parse(text);
    /** @type {ServerEvent[]} */
    const events = [];
    for (const part of Array.isArray(frame) ? frame : [frame]) {
      if (part.type === "ok" || part.type === "error") this.#commands.settle(part);
      else events.push(part);
    }
    for (const event of events) {
      if (event.type === "bye") this.#bye = event;
      if (event.type !== "welcome") continue;
      // The server was told by hello whose page this is; were it to pass over that, nothing of ours is sent.
      if (this.#isAnothers(event.me.user.id)) return this.#drop(4401);
      this.#server = event.server;
    }
    if (events.length > 0) this.#deps.onEvents(events);
    if (events.some((event) => event.type === "welcome")) this.#becomeLive();
    // Browsers slow the timers of hidden pages down, but not what arrives.
    if (this.isLive && this.#heardAt - this.#saidAt > this.#heartbeat) this.#ping(PONG_TIMEOUT);
  }

  // ---- heartbeat

  get #heartbeat() {
    return (this.#server?.heartbeat ?? 20) * 1_000;
  }

  #scheduleHeartbeat() {
    const { clock, random } = this.#deps;
    this.#heartbeatTimer = clock.setTimeout(() => {
      this.#ping(PONG_TIMEOUT);
      this.#scheduleHeartbeat();
    }, this.#heartbeat * (0.6 + 0.3 * random()));
  }

  /** @param {number} timeout how long the server may stay silent after it, in milliseconds */
  #ping(timeout) {
    const { clock } = this.#deps;
    const now = clock.now();
    this.#send("ping", {}).then(() => this.#deps.log.answered(now), () => {});
    // One that is overdue slept with the machine, and may sleep on for what was left of it.
    const isSooner = this.#pongDue > now && this.#pongDue <= now + timeout;
    if (this.#pongTimer !== 0 && isSooner) return;
    clock.clearTimeout(this.#pongTimer);
    this.#pongDue = now + timeout;
    this.#pongTimer = clock.setTimeout(() => this.#drop(), timeout);
  }

  /** @param {State} state */
  #setState(state) {
    this.#state = state;
    this.#deps.log.entered(state);
    this.#deps.onState(state);
  }
}
