/**
 * What was written and is not yet in the timeline. An entry keeps its client_id for as long as it lives, so
 * trying again can never send twice; of each room one is on its way at a time, so their order holds.
 *
 * waiting → sending → sent → (seen in the timeline: gone), or → failed → (retry) → waiting.
 *
 * The rule: words go out under a new client_id (Edit) or are forgotten (Delete) only when it is certain that the
 * server has not stored them under the old one. A try puts an entry in doubt, and three things end the doubt:
 *
 * - `ok`: it is stored.
 * - A refusal by a rule (REFUSALS): the server looks for a repeat first, so no earlier try was stored either.
 * - Its absence from the timeline, looked for among all that came after it was written (`find`).
 *
 * Nothing else does. After `disconnected` and `timeout` nobody knows; `unavailable` and `rate_limited` say that
 * this try was not stored, but not what became of an earlier one: all four are tried again, under the same id,
 * until there is an answer. `internal` may come before the commit or after it, `conflict` means that the id is
 * taken (by these words, if the server's secret changed), and an entry that waited for a day may have been
 * stored on that day: these fail, can be tried again at once, and edited or deleted once they were looked for.
 */

import { CommandError } from "chat/commands.js";

/** @import { Clock } from "chat/socket.js" */
/** @import { Attachment } from "chat/wire.d.ts" */

/**
 * @typedef {object} Entry
 * @property {string} clientId
 * @property {number} room
 * @property {string} body
 * @property {number | null} replyTo
 * @property {Attachment[]} [attachments] uploaded, and to be hung on it; none where earlier versions kept it
 * @property {number} at when it was written, in milliseconds since 1970; no two of one tab are the same
 * @property {number} after if it is stored, it has a higher seq than this
 * @property {"waiting" | "sending" | "sent" | "failed"} state
 * @property {string | null} reason the code it failed with
 * @property {boolean} isDoubtful the server may have stored it
 * @property {string | null} sentAt the server's time of it
 * @property {number} sentRev the rev it was stored at
 * @typedef {object} Storage keeps entries across reloads, and apart between tabs: outbox-storage.js
 * @property {() => Promise<Entry[]>} adopt
 * @property {(entry: Entry) => Promise<boolean>} put
 * @property {(clientId: string) => Promise<boolean>} take
 * @property {(clientId: string) => Promise<void>} remove
 * @typedef {object} Deps
 * @property {(entry: Entry) => Promise<{ at: string, rev: number }>} send
 * @property {(entry: Entry) => Promise<boolean | null>} find whether it is stored; null where that can't be told
 * @property {(room: number) => number} lastSeq
 * @property {Storage} storage
 * @property {() => string} uuid
 * @property {() => void} onChange
 * @property {Clock} clock
 */

const UNSENDABLE = /\p{Surrogate}|\0/gu; // half a character or none: the server could not even read it
const EXPIRES_AFTER = 24 * 60 * 60 * 1_000;
const ADOPT_EVERY = 5_000;
const MAX_WAIT = 30_000;
const TRIES_AFTER_INTERNAL = 3;
const PASSING = new Set(["unavailable", "rate_limited", "timeout"]);
const REFUSALS = new Set([
  ...["muted", "archived", "forbidden", "not_found"],
  ...["too_long", "bad_request", "bad_frame"],
]);

export class Outbox {
  /** @type {Deps} */
  #deps;
  /** @type {Entry[]} in the order in which they were written */
  #entries = [];
  /** @type {WeakSet<Entry>} those that other tabs may know of */
  #kept = new WeakSet();
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

  /** Takes up what earlier visits left and, from then on, what other tabs leave. */
  async start() {
    await this.#adopt();
    this.#deps.clock.setTimeout(() => this.start(), ADOPT_EVERY);
  }

  /** @returns {readonly Entry[]} of all rooms */
  get all() {
    return this.#entries;
  }

  /** @param {number} room @returns {readonly Entry[]} */
  of(room) {
    return this.#entries.filter((entry) => entry.room === room);
  }

  /**
   * @param {number} room
   * @param {string} body
   * @param {number | null} [replyTo]
   * @param {Attachment[]} [attachments]
   */
  add(room, body, replyTo = null, attachments = []) {
    /** @type {Entry} */
    const entry = {
      clientId: this.#deps.uuid(),
      room,
      body: body.replace(UNSENDABLE, "\ufffd"),
      replyTo,
      attachments,
      at: this.#newTime(),
      after: this.#deps.lastSeq(room),
      state: "waiting",
      reason: null,
      isDoubtful: false,
      sentAt: null,
      sentRev: 0,
    };
    this.#entries.push(entry);
    this.#pump(room);
    if (!this.#kept.has(entry)) this.#keep(entry);
    this.#deps.onChange();
  }

  /** Sends it now, as if it had been written now; under its old id. @param {string} clientId */
  retry(clientId) {
    const entry = this.#find(clientId);
    if (entry?.state !== "failed") return;
    entry.at = this.#newTime();
    this.#entries = [...this.#entries.filter((other) => other !== entry), entry];
    this.#set(entry, "waiting");
    this.#keep(entry);
    this.#pump(entry.room);
  }

  /**
   * Takes a failed entry out, to be edited or forgotten; none if it may be stored, or is another tab's by now.
   * @param {string} clientId
   */
  async discard(clientId) {
    const entry = this.#find(clientId);
    if (entry?.state !== "failed" || entry.isDoubtful) return undefined;
    this.#forget(entry);
    return await this.#deps.storage.take(clientId) ? entry : undefined;
  }

  /** The timeline holds this message now. @param {string} clientId */
  seen(clientId) {
    const entry = this.#find(clientId);
    if (entry) this.#remove(entry);
  }

  /** The timelines hold all that was stored up to these revs. @param {(room: number) => number} revOf */
  reached(revOf) {
    for (const entry of this.#entries) {
      if (entry.state === "sent" && entry.sentRev <= revOf(entry.room)) this.#remove(entry);
    }
  }

  /** @param {boolean} isConnected */
  setConnected(isConnected) {
    this.#isConnected = isConnected;
    if (!isConnected) return;
    this.#pumpAll();
    for (const entry of this.#entries) this.#lookFor(entry);
  }

  async #adopt() {
    const adopted = await this.#deps.storage.adopt();
    for (const entry of adopted) {
      if (entry.state !== "failed") entry.state = "waiting";
      this.#kept.add(entry);
    }
    const ids = new Set(adopted.map(({ clientId }) => clientId));
    const others = this.#entries.filter(({ clientId }) => !ids.has(clientId));
    this.#entries = [...others, ...adopted].sort((a, b) => a.at - b.at);
    if (adopted.length > 0) this.#deps.onChange();
    this.#pumpAll();
    for (const entry of adopted) this.#lookFor(entry);
  }

  #pumpAll() {
    for (const room of new Set(this.#entries.map((entry) => entry.room))) this.#pump(room);
  }

  /** @param {number} room */
  #pump(room) {
    this.#expire(room);
    if (!this.#isConnected || this.#busy.has(room) || this.#paused.has(room)) return;
    const next = this.#entries.find((entry) => entry.room === room && entry.state === "waiting");
    if (next) this.#send(next);
  }

  /** What is too old is not sent unasked: nobody expects it any more. @param {number} room */
  #expire(room) {
    const oldest = this.#deps.clock.now() - EXPIRES_AFTER;
    for (const entry of this.of(room)) {
      if (entry.state === "waiting" && entry.at < oldest) this.#fail(entry, "expired");
    }
  }

  /** @param {Entry} entry */
  async #send(entry) {
    this.#busy.add(entry.room);
    const isKnown = this.#kept.has(entry);
    entry.isDoubtful = true;
    entry.after = Math.min(entry.after, this.#deps.lastSeq(entry.room));
    this.#set(entry, "sending");
    const isOurs = this.#keep(entry);
    try {
      // What was just written is nobody else's yet, and need not wait for the disk.
      if (isKnown && !await isOurs) return;
      if (!this.#entries.includes(entry)) return; // it turned up in the timeline meanwhile
      const { at, rev } = await this.#deps.send(entry);
      Object.assign(entry, { sentAt: at, sentRev: rev, isDoubtful: false });
      this.#set(entry, "sent");
      this.#deps.storage.remove(entry.clientId);
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
    } else {
      if (REFUSALS.has(code)) entry.isDoubtful = false;
      this.#fail(entry, code);
    }
  }

  /** @param {Entry} entry @param {string} reason */
  #fail(entry, reason) {
    this.#set(entry, "failed", reason);
    this.#keep(entry);
    this.#lookFor(entry);
  }

  /** Ends the doubt about what failed. @param {Entry} entry */
  async #lookFor(entry) {
    if (!this.#isConnected || entry.state !== "failed" || !entry.isDoubtful) return;
    const tries = this.#tries.get(entry.clientId);
    const isStored = await this.#deps.find(entry).catch(() => null);
    const isAsBefore = entry.state === "failed" && tries === this.#tries.get(entry.clientId);
    if (isStored) this.seen(entry.clientId);
    if (isStored !== false || !isAsBefore) return;
    entry.isDoubtful = false;
    this.#set(entry, "failed", entry.reason);
    this.#keep(entry);
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
    Object.assign(entry, { state, reason });
    this.#deps.onChange();
  }

  /** Keeps its present state; what another tab has taken over leaves this one. @param {Entry} entry */
  async #keep(entry) {
    if (!this.#entries.includes(entry)) return true;
    this.#kept.add(entry);
    const isOurs = await this.#deps.storage.put({ ...entry });
    if (!isOurs) this.#forget(entry);
    return isOurs;
  }

  /** @param {Entry} entry */
  #remove(entry) {
    this.#forget(entry);
    this.#deps.storage.remove(entry.clientId);
  }

  /** @param {Entry} entry */
  #forget(entry) {
    this.#entries = this.#entries.filter((other) => other !== entry);
    this.#tries.delete(entry.clientId);
    this.#deps.onChange();
  }

  /** Later than all that is here, also where the clock was set back. */
  #newTime() {
    const last = Math.max(0, ...this.#entries.map(({ at }) => at));
    return Math.max(this.#deps.clock.now(), last + 1);
  }

  /** @param {string} clientId */
  #find(clientId) {
    return this.#entries.find((entry) => entry.clientId === clientId);
  }
}
