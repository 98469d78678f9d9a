/**
 * Files on their way to the server, before the message that will carry them: of each room a tray.
 *
 * waiting → sending → done → (taken by a message: gone), or → failed → (retry) → waiting.
 *
 * A few are under way at a time, whatever room they are for. Each is on its own: one that is refused or given up
 * leaves the others alone. What the server could not take only now is tried again by itself.
 *
 * What is done outlives a reload of the tab, for as long as the server keeps it. What is not done does not: a page
 * cannot keep a file that a person once handed to it. It knows no DOM.
 */

import { CommandError } from "chat/commands.js";

/** @import { Clock } from "chat/socket.js" */
/** @import { Attachment } from "chat/wire.d.ts" */

/**
 * @typedef {Pick<File, "name" | "size" | "type">} Source a File, for those who send it
 * @typedef {object} Upload
 * @property {string} key
 * @property {number} room
 * @property {string} name
 * @property {number} size
 * @property {Source | null} source null where an earlier page sent it
 * @property {"waiting" | "sending" | "done" | "failed"} state
 * @property {number} progress from 0 to 1
 * @property {string | null} reason the code it failed with
 * @property {Attachment | null} attachment once it is done
 * @property {number} at when it was added or done, in milliseconds since 1970
 * @typedef {{ attachment: Attachment, at: number }} KeptUpload
 * @typedef {object} Shelf keeps what is done across reloads of this tab
 * @property {(room: number) => KeptUpload[]} files
 * @property {(room: number, files: KeptUpload[]) => void} setFiles
 * @typedef {{ attachments: number, upload_bytes: number, unsent_hours: number }} UploadLimits
 * @typedef {object} Deps
 * @property {(upload: Upload, signal: AbortSignal, onProgress: (part: number) => void) => Promise<Attachment>} send
 * @property {(attachment: Attachment) => Promise<void>} discard
 * @property {() => UploadLimits} limits the server's
 * @property {Shelf} shelf
 * @property {() => string} uuid
 * @property {() => void} onChange
 * @property {Clock} clock
 */

const HOUR = 60 * 60 * 1_000;
const AT_ONCE = 3;
const TRIES = 7;
const MAX_WAIT = 30_000;
const STALL = 60_000; // milliseconds without a byte on its way: a browser would wait for many minutes
const PASSING = new Set(["unavailable", "disconnected"]);
const OF_THE_LINE = new Set(["disconnected", "stalled"]);
/** Nothing that a second try of the same file would change. */
const FINAL = new Set(["empty", "too_long", "too_many", "bad_request"]);

export class Uploads {
  /** @type {Deps} */
  #deps;
  /** @type {Map<number, Upload[]>} */
  #rooms = new Map();
  /** @type {Map<Upload, AbortController>} */
  #underWay = new Map();
  /** @type {Map<Upload, number>} */
  #tries = new Map();
  /** @type {Map<Upload, number>} timers of those that are tried again later */
  #paused = new Map();

  /** @param {Deps} deps */
  constructor(deps) {
    this.#deps = deps;
  }

  /** @param {number} room @returns {readonly Upload[]} in the order in which they are sent with the message */
  of(room) {
    return this.#of(room);
  }

  /** @returns {readonly Upload[]} of all rooms */
  get all() {
    return [...this.#rooms.values()].flat();
  }

  /** Whether some are still to be waited for. @param {number} room */
  isBusy(room) {
    return this.of(room).some(({ state }) => state === "waiting" || state === "sending");
  }

  /** Whether nothing would be lost if this page ended now. */
  get keepsAll() {
    return [...this.#rooms.keys()].every((room) => !this.isBusy(room)) &&
      !this.all.some((upload) => this.canRetry(upload));
  }

  /** @param {number} room @param {Iterable<Source>} files */
  add(room, files) {
    for (const source of files) {
      /** @type {Upload} */
      const upload = {
        key: this.#deps.uuid(),
        room,
        name: source.name,
        size: source.size,
        source,
        state: "waiting",
        progress: 0,
        reason: null,
        attachment: null,
        at: this.#deps.clock.now(),
      };
      const refusal = this.#refusal(upload);
      this.#of(room).push(upload);
      if (refusal) this.#set(upload, "failed", refusal);
    }
    this.#pump();
    this.#deps.onChange();
  }

  /** Takes one out of the tray, and back from the server. @param {string} key */
  cancel(key) {
    const upload = this.#find(key);
    if (!upload) return;
    this.#forget(upload);
    this.#underWay.get(upload)?.abort();
    const timer = this.#paused.get(upload);
    if (timer !== undefined) this.#deps.clock.clearTimeout(timer);
    this.#paused.delete(upload);
    if (upload.attachment) this.#deps.discard(upload.attachment).catch(() => {}); // it expires
    this.#pump();
  }

  /** @param {string} key */
  retry(key) {
    const upload = this.#find(key);
    if (!upload || !this.canRetry(upload)) return;
    this.#tries.delete(upload);
    this.#set(upload, "waiting");
    this.#pump();
  }

  /** There is a connection again: what came to nothing for want of one is tried once more. */
  resume() {
    for (const { key, reason } of this.all) if (OF_THE_LINE.has(reason ?? "")) this.retry(key);
  }

  /** @param {Upload} upload */
  canRetry({ state, source, reason }) {
    return state === "failed" && source !== null && !FINAL.has(reason ?? "");
  }

  /** What is done leaves the tray for a message; what failed stays and waits for a decision. @param {number} room */
  take(room) {
    const done = this.of(room).filter(({ state }) => state === "done");
    for (const upload of done) this.#forget(upload);
    return done.flatMap(({ attachment }) => attachment ?? []);
  }

  /** Puts back what a message was to carry that is not sent after all. @param {number} room @param {readonly Attachment[]} attachments */
  restore(room, attachments) {
    const at = this.#deps.clock.now();
    const uploads = attachments.map((attachment) => this.#uploaded(room, { attachment, at }));
    this.#of(room).unshift(...uploads);
    this.#keep(room);
    this.#deps.onChange();
  }

  /** @param {Upload} upload @returns {string | null} */
  #refusal({ room, size }) {
    const { attachments, upload_bytes } = this.#deps.limits();
    const taken = this.of(room).filter(({ state }) => state !== "failed").length;
    if (taken >= attachments) return "too_many";
    if (size > upload_bytes) return "too_long";
    return size === 0 ? "empty" : null;
  }

  #pump() {
    for (const uploads of this.#rooms.values()) {
      for (const upload of uploads) {
        if (this.#underWay.size >= AT_ONCE) return;
        if (upload.state === "waiting" && !this.#paused.has(upload)) this.#send(upload);
      }
    }
  }

  /** @param {Upload} upload */
  async #send(upload) {
    const abort = new AbortController();
    this.#underWay.set(upload, abort);
    upload.progress = 0;
    this.#set(upload, "sending");
    const stall = this.#watch(upload, abort);
    try {
      const attachment = await this.#deps.send(upload, abort.signal, (part) => {
        upload.progress = part;
        stall.moved();
        this.#deps.onChange();
      });
      // Taken out at the last moment: nobody will send it.
      if (abort.signal.aborted) this.#deps.discard(attachment).catch(() => {});
      else this.#done(upload, attachment);
    } catch (error) {
      const refusal = error instanceof CommandError ? error : new CommandError("internal");
      if (!abort.signal.aborted) this.#refused(upload, refusal);
    } finally {
      stall.end();
      this.#underWay.delete(upload);
      this.#pump();
    }
  }

  /** One that does not move is given up: its line is as good as cut. @param {Upload} upload @param {AbortController} abort */
  #watch(upload, abort) {
    const { clock } = this.#deps;
    const giveUp = () => {
      abort.abort();
      this.#set(upload, "failed", "stalled");
    };
    let timer = clock.setTimeout(giveUp, STALL);
    const end = () => clock.clearTimeout(timer);
    const moved = () => {
      end();
      timer = clock.setTimeout(giveUp, STALL);
    };
    return { moved, end };
  }

  /** @param {Upload} upload @param {Attachment} attachment */
  #done(upload, attachment) {
    Object.assign(upload, { attachment, progress: 1, at: this.#deps.clock.now() });
    Object.assign(upload, { name: attachment.name, size: attachment.size });
    this.#tries.delete(upload);
    this.#set(upload, "done");
    this.#keep(upload.room);
  }

  /** @param {Upload} upload @param {CommandError} error */
  #refused(upload, { code, retryAfter }) {
    const tries = (this.#tries.get(upload) ?? 0) + 1;
    this.#tries.set(upload, tries);
    const isPassing = PASSING.has(code) || (code === "rate_limited" && retryAfter !== undefined);
    if (!isPassing || tries >= TRIES) return this.#set(upload, "failed", code);
    this.#set(upload, "waiting");
    const wait = Math.min(MAX_WAIT, Math.max(retryAfter ?? 0, 500 * 2 ** (tries - 1)));
    const resume = () => {
      this.#paused.delete(upload);
      this.#pump();
    };
    this.#paused.set(upload, this.#deps.clock.setTimeout(resume, wait));
  }

  /** @param {number} room @returns {Upload[]} */
  #of(room) {
    const held = this.#rooms.get(room);
    if (held) return held;
    const oldest = this.#deps.clock.now() - (this.#deps.limits().unsent_hours - 1) * HOUR;
    const kept = this.#deps.shelf.files(room)
      .filter(({ at }) => at > oldest) // the server is about to forget the others
      .map((file) => this.#uploaded(room, file));
    this.#rooms.set(room, kept);
    return kept;
  }

  /** @param {number} room @param {KeptUpload} file @returns {Upload} */
  #uploaded(room, { attachment, at }) {
    const { name, size } = attachment;
    const key = this.#deps.uuid();
    return {
      ...{ key, room, name, size, attachment, at },
      ...{ source: null, state: "done", progress: 1, reason: null },
    };
  }

  /** @param {number} room */
  #keep(room) {
    const files = this.of(room)
      .flatMap(({ attachment, at }) => attachment ? [{ attachment, at }] : []);
    this.#deps.shelf.setFiles(room, files);
  }

  /** @param {Upload} upload @param {Upload["state"]} state @param {string | null} [reason] */
  #set(upload, state, reason = null) {
    Object.assign(upload, { state, reason });
    this.#deps.onChange();
  }

  /** @param {Upload} upload */
  #forget(upload) {
    const { room } = upload;
    this.#rooms.set(room, this.#of(room).filter((other) => other !== upload));
    this.#tries.delete(upload);
    this.#keep(room);
    this.#deps.onChange();
  }

  /** @param {string} key */
  #find(key) {
    return [...this.#rooms.values()].flat().find((upload) => upload.key === key);
  }
}
