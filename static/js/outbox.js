/**
 * What was written and is not yet in the timeline. An entry keeps its client_id for as long as it lives, so
 * trying again can never send twice; of each room one is on its way at a time, so their order holds.
 *
 * waiting → sending → sent → (seen in the timeline: gone), or → failed → (retry) → waiting.
 */

import { CommandError } from "chat/commands.js";

/** @import { Clock } from "chat/socket.js" */

/**
 * @typedef {object} Entry
 * @property {string} clientId
 * @property {number} room
 * @property {string} body
 * @property {number | null} replyTo
 * @property {number} at when it was written, in milliseconds since 1970
 * @property {"waiting" | "sending" | "sent" | "failed"} state
 * @property {string | null} reason the code it failed with
 * @property {string | null} sentAt the server's time of it
 * @typedef {object} Storage keeps entries across reloads
 * @property {() => Promise<Entry[]>} load
 * @property {(entry: Entry) => Promise<void>} put
 * @property {(clientId: string) => Promise<void>} remove
 * @typedef {object} Deps
 * @property {(entry: Entry) => Promise<{ at: string }>} send
 * @property {Storage} storage
 * @property {() => string} uuid
 * @property {() => void} onChange
 * @property {Clock} clock
 */

const EXPIRES_AFTER = 24 * 60 * 60 * 1_000;
const MAX_WAIT = 30_000;
const TRIES_AFTER_INTERNAL = 3;
const PASSING = new Set(["unavailable", "rate_limited", "timeout"]);

export class Outbox {
  /** @type {Deps} */
  #deps;
  /** @type {Entry[]} in the order in which they were written */
  #entries = [];
  /** @type {Set<number>} rooms with an entry on its way */
  #busy = new Set();
  /** @type {Map<number, number>} room -> timer of its next try */
  #paused = new Map();
  /** @type {Map<string, number>} */
  #tries = new Map();
  #isConnected = false;

  /** @param {Deps} deps */
  constructor(deps) {
    this.#deps = deps;
  }

  /** Takes up what an earlier visit left. An entry too old to be recognised as a repeat is not sent again. */
  async restore() {
    const now = this.#deps.clock.now();
    const known = new Set(this.#entries.map((entry) => entry.clientId));
    const left = await this.#deps.storage.load().catch(() => []);
    for (const entry of left) {
      if (known.has(entry.clientId)) continue;
      const isOver = now - entry.at > EXPIRES_AFTER;
      if (isOver) Object.assign(entry, { state: "failed", reason: "expired" });
      else if (entry.state !== "failed") entry.state = "waiting";
      this.#entries.push(entry);
    }
    this.#entries.sort((a, b) => a.at - b.at);
    this.#deps.onChange();
    this.#pumpAll();
  }

  /** @param {number} room @returns {readonly Entry[]} */
  of(room) {
    return this.#entries.filter((entry) => entry.room === room);
  }

  /**
   * @param {number} room
   * @param {string} body
   * @param {number | null} [replyTo]
   */
  add(room, body, replyTo = null) {
    /** @type {Entry} */
    const entry = {
      clientId: this.#deps.uuid(),
      room,
      body,
      replyTo,
      at: this.#deps.clock.now(),
      state: "waiting",
      reason: null,
      sentAt: null,
    };
    this.#entries.push(entry);
    this.#save(entry);
    this.#pump(room);
    this.#deps.onChange();
  }

  /** @param {string} clientId */
  retry(clientId) {
    const entry = this.#find(clientId);
    if (entry?.state !== "failed" || entry.reason === "expired") return;
    this.#entries = [...this.#entries.filter((other) => other !== entry), entry];
    this.#set(entry, "waiting");
    this.#pump(entry.room);
  }

  /** Takes a failed entry out, to be edited or forgotten. @param {string} clientId */
  discard(clientId) {
    const entry = this.#find(clientId);
    if (entry?.state !== "failed") return undefined;
    this.#remove(entry);
    return entry;
  }

  /** The timeline holds this message now. @param {string} clientId */
  seen(clientId) {
    const entry = this.#find(clientId);
    if (entry) this.#remove(entry);
  }

  /** @param {boolean} isConnected */
  setConnected(isConnected) {
    this.#isConnected = isConnected;
    if (isConnected) this.#pumpAll();
  }

  #pumpAll() {
    for (const room of new Set(this.#entries.map((entry) => entry.room))) this.#pump(room);
  }

  /** @param {number} room */
  #pump(room) {
    if (!this.#isConnected || this.#busy.has(room) || this.#paused.has(room)) return;
    const next = this.#entries.find((entry) => entry.room === room && entry.state === "waiting");
    if (next) this.#send(next);
  }

  /** @param {Entry} entry */
  async #send(entry) {
    this.#busy.add(entry.room);
    this.#set(entry, "sending");
    try {
      const { at } = await this.#deps.send(entry);
      entry.sentAt = at;
      this.#set(entry, "sent");
    } catch (error) {
      this.#refused(entry, error instanceof CommandError ? error : new CommandError("internal"));
    } finally {
      this.#busy.delete(entry.room);
      this.#pump(entry.room);
    }
  }

  /** @param {Entry} entry @param {CommandError} error */
  #refused(entry, { code, retryAfter }) {
    const tries = (this.#tries.get(entry.clientId) ?? 0) + 1;
    this.#tries.set(entry.clientId, tries);
    if (code === "disconnected") this.#set(entry, "waiting");
    else if (PASSING.has(code) || (code === "internal" && tries < TRIES_AFTER_INTERNAL)) {
      this.#set(entry, "waiting");
      this.#pause(entry.room, retryAfter ?? Math.min(MAX_WAIT, 1_000 * 2 ** (tries - 1)));
    } else this.#set(entry, "failed", code);
  }

  /** @param {number} room @param {number} wait in milliseconds */
  #pause(room, wait) {
    const resume = () => {
      this.#paused.delete(room);
      this.#pump(room);
    };
    this.#paused.set(room, this.#deps.clock.setTimeout(resume, wait));
  }

  /** @param {Entry} entry @param {Entry["state"]} state @param {string | null} [reason] */
  #set(entry, state, reason = null) {
    if (!this.#entries.includes(entry)) return;
    Object.assign(entry, { state, reason });
    if (state === "sent") this.#deps.storage.remove(entry.clientId).catch(() => {});
    else this.#save(entry);
    this.#deps.onChange();
  }

  /** @param {Entry} entry */
  #remove(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#tries.delete(entry.clientId);
    this.#deps.storage.remove(entry.clientId).catch(() => {});
    this.#deps.onChange();
  }

  /** Storage that is full or forbidden costs the memory across reloads, not the message. @param {Entry} entry */
  #save(entry) {
    this.#deps.storage.put({ ...entry }).catch(() => {});
  }

  /** @param {string} clientId */
  #find(clientId) {
    return this.#entries.find((entry) => entry.clientId === clientId);
  }
}
