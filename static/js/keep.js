/**
 * What one browser remembers for one user: drafts, notes of what is being sent (outbox-storage.js), and what
 * one has chosen for this device.
 *
 * A draft is kept twice: for this tab, where it outlives a reload and the way through sign-in, and for all tabs,
 * where the last that was written is found by the next one opened. So no tab takes another's words away.
 */

/** @import { Move } from "chat/own-part.js" */
/** @import { Kept } from "chat/outbox-storage.js" */
/** @import { KeptUpload } from "chat/uploads.js" */

/** @typedef {Pick<globalThis.Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">} Shelf */

const RECENT_EMOJI = 24;
const RELOAD_PAUSE = 5 * 60 * 1_000;
const OFTEN = ["👍", "❤️", "😂", "🎉", "🙏", "👀", "✅", "😮"];

export class Keep {
  #shared;
  #own;
  #prefix;

  /**
   * @param {Shelf | null} shared by all tabs; null where the browser forbids it
   * @param {Shelf | null} own this tab's
   * @param {number} userId
   */
  constructor(shared, own, userId) {
    this.#shared = shared;
    this.#own = own;
    this.#prefix = `chat:${userId}:`;
  }

  // ---- drafts

  /** This tab's, else the last that was written in any. @param {number} room */
  draft(room) {
    return this.#get(draftName(room), this.#own) ?? this.#get(draftName(room)) ?? "";
  }

  /** Whether this tab has written it. @param {number} room */
  isOwnDraft(room) {
    return this.#get(draftName(room), this.#own) !== null;
  }

  /** @param {number} room @param {string} text */
  setDraft(room, text) {
    const kept = text.trim() === "" ? null : text;
    // An emptied composer takes back what it wrote, not what another tab has written since.
    const isOurs = kept !== null || this.#get(draftName(room)) === this.draft(room);
    this.#set(draftName(room), kept, this.#own);
    if (isOurs) this.#set(draftName(room), kept);
  }

  /** Whether a `storage` event of this key tells that another tab wrote this room's. @param {string | null} key @param {number} room */
  isDraftOf(key, room) {
    return key === this.#prefix + draftName(room);
  }

  // ---- files of drafts

  /** What this tab has uploaded for a draft. @param {number} room @returns {KeptUpload[]} */
  files(room) {
    return read(this.#get(`files:${room}`, this.#own)) ?? [];
  }

  /** @param {number} room @param {KeptUpload[]} files */
  setFiles(room, files) {
    this.#set(`files:${room}`, files.length > 0 ? JSON.stringify(files) : null, this.#own);
  }

  /** The message that the draft answers, in this tab. @param {number} room */
  replyTo(room) {
    return Number(this.#get(`reply:${room}`, this.#own)) || null;
  }

  /** @param {number} room @param {number | null} seq */
  setReplyTo(room, seq) {
    this.#set(`reply:${room}`, seq === null ? null : String(seq), this.#own);
  }

  /** The message that is being edited in this tab, and what of it is written. @param {number} room @returns {{ seq: number, body: string } | null} */
  edit(room) {
    const [, seq, body] = /^(\d+) ([^]*)$/.exec(this.#get(`edit:${room}`, this.#own) ?? "") ?? [];
    return seq === undefined ? null : { seq: Number(seq), body };
  }

  /** @param {number} room @param {{ seq: number, body: string } | null} edit */
  setEdit(room, edit) {
    this.#set(`edit:${room}`, edit && `${edit.seq} ${edit.body}`, this.#own);
  }

  /** What was written of an edit that somebody left for something else, in this tab. @param {number} room @param {number} seq */
  leftEdit(room, seq) {
    return this.#get(`left:${room}:${seq}`, this.#own);
  }

  /** @param {number} room @param {number} seq @param {string | null} body */
  setLeftEdit(room, seq, body) {
    this.#set(`left:${room}:${seq}`, body, this.#own);
  }

  // ---- emoji

  /** The emoji used on this device, the latest first. @returns {string[]} */
  recentEmoji() {
    return (this.#get("emoji") ?? "").split(" ").filter((emoji) => emoji !== "");
  }

  /** Those that this reader is likely to choose, made up with those that most people do. @param {number} [count] */
  oftenUsed(count = RECENT_EMOJI) {
    return [...new Set([...this.recentEmoji(), ...OFTEN])].slice(0, count);
  }

  /** @param {string} emoji */
  useEmoji(emoji) {
    const others = this.recentEmoji().filter((other) => other !== emoji);
    this.#set("emoji", [emoji, ...others].slice(0, RECENT_EMOJI).join(" "));
  }

  // ---- what is being sent

  /** @param {Kept} entry @returns {boolean} whether it is kept */
  note(entry) {
    return this.#set(`unsent:${entry.clientId}`, JSON.stringify(entry));
  }

  /** @param {string} clientId */
  isNoted(clientId) {
    return this.#get(`unsent:${clientId}`) !== null;
  }

  /** @param {string} clientId */
  unnote(clientId) {
    this.#set(`unsent:${clientId}`, null);
  }

  /** @returns {Kept[]} */
  noted() {
    const prefix = `${this.#prefix}unsent:`;
    return this.#keys().filter((key) => key.startsWith(prefix))
      .map((key) => read(this.#get(key.slice(this.#prefix.length))))
      .filter((note) => note !== null);
  }

  // ---- what was read

  /** What of each room nobody has been told. @returns {[number, Move][]} */
  reads() {
    const prefix = `${this.#prefix}read:`;
    const rooms = this.#keys().filter((key) => key.startsWith(prefix))
      .map((key) => Number(key.slice(prefix.length)));
    return rooms.map((room) => [room, this.#readIn(room)]);
  }

  /** The furthest, or what was marked unread since. @param {number} room @param {Move} move */
  noteRead(room, move) {
    const held = this.#readIn(room);
    if (move.isBack || held.isBack || move.seq > held.seq) {
      this.#set(`read:${room}`, JSON.stringify(move));
    }
  }

  /** It is known now, or no longer true. @param {number} room @param {Move} [move] what is further is not */
  forgetRead(room, move) {
    const held = this.#readIn(room);
    const isAnother = move !== undefined && (held.isBack !== move.isBack || held.seq > move.seq);
    if (!isAnother) this.#set(`read:${room}`, null);
  }

  /** @param {number} room @returns {Move} */
  #readIn(room) {
    const note = read(this.#get(`read:${room}`));
    return Number.isInteger(note?.seq) ? note : { seq: 0, isBack: false };
  }

  // ---- this device

  /** Whether one has asked for notifications here. */
  get isNotifying() {
    return this.#get("notices") === "on";
  }

  set isNotifying(isOn) {
    this.#set("notices", isOn ? "on" : null);
  }

  get isSoundOn() {
    return this.#get("sound") === "on";
  }

  set isSoundOn(isOn) {
    this.#set("sound", isOn ? "on" : null);
  }

  // ---- reloading

  /** Whether this page was reloaded lately because it was too old; it is, from now on. */
  wasReloaded() {
    const last = Number(this.#get("reloaded") ?? 0);
    this.#set("reloaded", String(Date.now()));
    return Date.now() - last < RELOAD_PAUSE;
  }

  // ---- the shelves

  /** @param {string} name @param {Shelf | null} [shelf] */
  #get(name, shelf = this.#shared) {
    try {
      return shelf?.getItem(this.#prefix + name) ?? null;
    } catch {
      return null;
    }
  }

  /**
   * Full or forbidden: this visit still has it.
   * @param {string} name
   * @param {string | null} value
   * @param {Shelf | null} [shelf]
   * @returns {boolean} whether it is kept
   */
  #set(name, value, shelf = this.#shared) {
    try {
      if (value === null) shelf?.removeItem(this.#prefix + name);
      else shelf?.setItem(this.#prefix + name, value);
      return shelf !== null;
    } catch {
      return false;
    }
  }

  #keys() {
    try {
      const count = this.#shared?.length ?? 0;
      return Array.from({ length: count }, (_, at) => this.#shared?.key(at) ?? "");
    } catch {
      return [];
    }
  }
}

/** @param {string | null} note @returns {any} null for one that somebody else has spoilt */
function read(note) {
  try {
    return JSON.parse(note ?? "null");
  } catch {
    return null;
  }
}

/** @param {number} room */
function draftName(room) {
  return `draft:${room}`;
}
