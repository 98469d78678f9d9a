/**
 * The connection: one WebSocket after another, seen from outside as one that is sometimes away.
 *
 * It says hello with what is held, pairs answers with commands, notices a server that fell silent, and comes
 * back as backoff.js has it. It knows no DOM; WebSocket, clock and chance are given to it.
 */

import { planAfter } from "chat/backoff.js";

/** @import { ByeEvent, Server, ServerEvent } from "chat/wire.d.ts" */
/** @import { Cause, StopReason } from "chat/backoff.js" */

/**
 * @typedef {{ name: "idle" } | { name: "connecting", cause: Cause | null } | { name: "live" }
 *   | { name: "waiting", cause: Cause, until: number } | { name: "stopped", reason: StopReason }} State
 * @typedef {{ user?: number, epoch?: string, rooms: Record<string, number> }} Held
 * @typedef {{ type: string, id: string | null, code?: string, detail?: string, retry_after?: number }} Answer
 * @typedef {{ bytes: number, timer: number, resolve: (answer: any) => void,
 *   reject: (error: CommandError) => void }} Pending
 * @typedef {{ now: () => number, setTimeout: (call: () => void, ms: number) => number,
 *   clearTimeout: (timer: number) => void }} Clock
 * @typedef {object} Deps
 * @property {() => WebSocket} open
 * @property {() => Held} hello what to resume from
 * @property {() => Promise<number | null>} session whose session this is; rejects when nobody answers
 * @property {(events: ServerEvent[]) => void} onEvents
 * @property {(state: State) => void} onState
 * @property {Clock} clock
 * @property {() => number} random
 */

export const SUBPROTOCOL = "chat.v1";
const CLIENT = "web/1";
const COMMAND_TIMEOUT = 15_000;
const CONNECT_TIMEOUT = 15_000;
const PONG_TIMEOUT = 10_000;
const PROBE_TIMEOUT = 4_000;
const STEADY = 10_000;
const FAILURES_BEFORE_ASKING = 3;

export class CommandError extends Error {
  /** @param {string} code @param {string} [detail] @param {number} [retryAfter] in milliseconds */
  constructor(code, detail = "", retryAfter = undefined) {
    super(detail || code);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

export class Socket {
  /** @type {Deps} */
  #deps;
  /** @type {WebSocket | null} */
  #ws = null;
  /** @type {State} */
  #state = { name: "idle" };
  /** @type {Map<string, Pending>} */
  #pending = new Map();
  #nextId = 1;
  #failures = 0;
  #lostAt = 0;
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

  /** @param {Deps} deps */
  constructor(deps) {
    this.#deps = deps;
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

  /** Something happened (woke up, network changed): finds out at once whether the connection lives. */
  probe() {
    if (this.#state.name === "waiting") this.retryNow();
    else if (this.isLive) this.#ping(PROBE_TIMEOUT);
  }

  /**
   * Sends a command; resolves with its `ok`, rejects with a CommandError. Beside the codes of the wire there
   * are `disconnected` and `timeout`, after which nobody knows whether the server acted.
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
    this.#send("hello", { client: CLIENT, ...held }).catch(() => this.#drop());
  }

  #becomeLive() {
    const { clock } = this.#deps;
    clock.clearTimeout(this.#connectTimer);
    if (this.isLive) return;
    this.#liveAt = clock.now();
    this.#cause = null;
    this.#setState({ name: "live" });
    this.#scheduleHeartbeat();
  }

  /** Gives the connection up without waiting for a close that may never come. */
  #drop() {
    const ws = this.#ws;
    this.#ended(1006);
    ws?.close();
  }

  /** @param {number} code */
  #ended(code) {
    const { clock, random } = this.#deps;
    const now = clock.now();
    this.#ws = null;
    for (const timer of [this.#connectTimer, this.#heartbeatTimer, this.#pongTimer]) {
      clock.clearTimeout(timer);
    }
    this.#pongTimer = 0;
    if (this.isLive) {
      this.#lostAt = now;
      if (now - this.#liveAt > STEADY) this.#failures = 0;
    }
    this.#rejectPending(code);
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
      const isOurs = user !== null && user === (this.#deps.hello().user ?? user);
      if (!isOurs && !this.isLive) this.#stop("signed_out");
    } catch {
      // Nobody answers: it is the network or the server, and the countdown goes on.
    }
  }

  /** @param {StopReason} reason */
  #stop(reason) {
    this.#deps.clock.clearTimeout(this.#retryTimer);
    this.#ws = null;
    this.#setState({ name: "stopped", reason });
  }

  // ---- frames

  /**
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @returns {Promise<any>}
   */
  #send(type, fields) {
    const id = (this.#nextId++).toString(36);
    const frame = JSON.stringify({ type, id, ...fields });
    const bytes = new TextEncoder().encode(frame).length;
    if (bytes > (this.#server?.limits.frame_bytes ?? Infinity)) {
      return Promise.reject(new CommandError("too_long"));
    }
    return new Promise((resolve, reject) => {
      const timer = this.#deps.clock.setTimeout(() => {
        this.#pending.delete(id);
        reject(new CommandError("timeout"));
      }, COMMAND_TIMEOUT);
      this.#pending.set(id, { bytes, timer, resolve, reject });
      this.#saidAt = this.#deps.clock.now();
      this.#ws?.send(frame);
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
      if (part.type === "ok" || part.type === "error") this.#settle(part);
      else events.push(part);
    }
    for (const event of events) {
      if (event.type === "bye") this.#bye = event;
      if (event.type === "welcome") this.#server = event.server;
    }
    if (events.length > 0) this.#deps.onEvents(events);
    if (events.some((event) => event.type === "welcome")) this.#becomeLive();
    // Browsers slow the timers of hidden pages down, but not what arrives.
    if (this.isLive && this.#heardAt - this.#saidAt > this.#heartbeat) this.#ping(PONG_TIMEOUT);
  }

  /** @param {Answer} answer */
  #settle(answer) {
    const pending = this.#pending.get(answer.id ?? "");
    if (!pending) return;
    this.#pending.delete(answer.id ?? "");
    this.#deps.clock.clearTimeout(pending.timer);
    if (answer.type === "ok") pending.resolve(answer);
    else {
      pending.reject(new CommandError(answer.code ?? "", answer.detail, answer.retry_after));
    }
  }

  /** @param {number} code of the close that leaves these commands without an answer */
  #rejectPending(code) {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    const largest = Math.max(...pending.map(({ bytes }) => bytes));
    for (const { bytes, timer, reject } of pending) {
      this.#deps.clock.clearTimeout(timer);
      // A frame over the limit gets 1009 and no answer; sent again, it would only do the same again.
      reject(new CommandError(code === 1009 && bytes === largest ? "too_long" : "disconnected"));
    }
  }

  // ---- heartbeat

  get #heartbeat() {
    return (this.#server?.heartbeat ?? 20) * 1_000;
  }

  #scheduleHeartbeat() {
    const { clock, random } = this.#deps;
    const wait = this.#heartbeat * (0.6 + 0.3 * random());
    const due = clock.now() + wait;
    this.#heartbeatTimer = clock.setTimeout(() => {
      const wasAsleep = clock.now() - due > PONG_TIMEOUT;
      this.#ping(wasAsleep ? PROBE_TIMEOUT : PONG_TIMEOUT);
      this.#scheduleHeartbeat();
    }, wait);
  }

  /** @param {number} timeout how long the server may stay silent after it, in milliseconds */
  #ping(timeout) {
    this.#send("ping", {}).catch(() => {});
    if (this.#pongTimer !== 0) return;
    this.#pongTimer = this.#deps.clock.setTimeout(() => this.#drop(), timeout);
  }

  /** @param {State} state */
  #setState(state) {
    this.#state = state;
    this.#deps.onState(state);
  }
}
