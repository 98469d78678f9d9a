/** Shows notifications, if one has asked for them on this device, and takes them back once they are read. */

import { Lookout } from "chat/lookout.js";
import { hasMissed, isQuiet, isWorthNotice, missedNoticeOf, noticeOf } from "chat/notify.js";
import { roomTitle } from "chat/people.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Channel } from "chat/lookout.js" */
/** @import { Notice } from "chat/notify.js" */
/** @import { Clock } from "chat/socket.js" */
/** @import { Message, OwnRoom, ServerEvent } from "chat/wire.d.ts" */

export class Notifier {
  #app;
  #name;
  #lookout;
  /** @type {Map<number, { notification: Notification, seq: number }>} what is shown, by room */
  #shown = new Map();
  #ending = new AbortController();

  /** @param {App} app @param {{ name: string, channel: Channel | null, clock: Clock }} parts `name`: of this user, here */
  constructor(app, { name, channel, clock }) {
    this.#app = app;
    this.#name = name;
    this.#lookout = new Lookout({
      channel,
      clock,
      isLooking: (room) => app.view.room === room && app.timeline.isLooking,
    });
  }

  connect() {
    const { signal } = this.#ending;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.#takeBack()));
    addEventListener("pagehide", () => this.#takeAllBack(), { signal });
    this.#lookout.lead(navigator.locks, this.#name, signal);
  }

  disconnect() {
    this.#ending.abort();
    this.#takeAllBack();
  }

  /**
   * What has come, before it is applied: a message is new if the room does not reach that far. Of several the
   * last is enough, since a room has one notification. What goes wrong with one keeps nobody from the others.
   * @param {ServerEvent[]} events
   */
  receive(events) {
    for (const event of events) {
      try {
        this.#take(event);
      } catch (error) {
        reportError(error);
      }
    }
  }

  /** @param {ServerEvent} event */
  #take(event) {
    if (event.type === "welcome") this.#meetAgain(event.rooms);
    else if (event.type === "message") this.#hear(event.room, [event.message]);
    else if (event.type === "sync") this.#hear(event.room, event.messages);
  }

  /** @param {number} room @param {Message[]} messages */
  #hear(room, messages) {
    for (const { seq, deleted_at } of messages) {
      if (deleted_at !== null && this.#shown.get(room)?.seq === seq) this.#close(room);
    }
    const last = this.#app.store.rooms.get(room)?.last_seq ?? Infinity;
    const newest = messages.filter((message) => message.seq > last)
      .filter((message) => this.#isWorth(room, message))
      .toSorted((a, b) => a.seq - b.seq).at(-1);
    if (newest) {
      this.#consider(room, () => this.#isWorth(room, newest) ? this.#notice(room, newest) : null);
    }
  }

  /** What was said while there was no connection is told by no event that could be notified of. @param {OwnRoom[]} rooms */
  #meetAgain(rooms) {
    for (const own of rooms) {
      const before = this.#app.store.rooms.get(own.id);
      if (before && hasMissed(own, before)) this.#consider(own.id, () => this.#missed(own.id));
    }
  }

  /** @param {number} room @param {() => Notice | null} notice asked once it is known that nobody looks */
  async #consider(room, notice) {
    if (!this.#lookout.isLeader) return;
    if (await this.#lookout.isInFront(room)) return;
    const shown = notice();
    if (!shown) return; // read meanwhile
    const { keep } = this.#app;
    if (keep.isSoundOn) chime();
    if (keep.isNotifying && permission() === "granted") this.#show(shown);
  }

  /** @param {number} id @param {Message} message */
  #isWorth(id, message) {
    const { me, rooms, blocked, dndUntil } = this.#app.store;
    const room = rooms.get(id);
    if (!room || !me) return false;
    return isWorthNotice(message, { room, me: me.id, blocked, dndUntil, now: Date.now() });
  }

  /** @param {number} id @param {Message} message @returns {Notice} */
  #notice(id, message) {
    const { me, rooms, users } = this.#app.store;
    const room = /** @type {import("chat/wire.d.ts").OwnRoom} */ (rooms.get(id));
    const author = users.get(message.author ?? 0)?.name ?? t("somebody");
    return noticeOf(message, room, { author, title: roomTitle(room, me, users), users });
  }

  /** @param {number} id @returns {Notice | null} */
  #missed(id) {
    const { me, rooms, users, dndUntil } = this.#app.store;
    const room = rooms.get(id);
    if (!room || !me || room.last_seq <= room.read_seq || isQuiet(dndUntil, Date.now())) {
      return null;
    }
    return missedNoticeOf(room, roomTitle(room, me, users));
  }

  /** @param {Notice} notice */
  #show({ room, seq, title, body, tag }) {
    const icon = document.querySelector(".side__site img")?.getAttribute("src") ?? "";
    const notification = made(title, { body, tag, icon, silent: true });
    if (!notification) return;
    notification.onclick = () => {
      focus();
      this.#app.navigation.open(room);
      notification.close();
    };
    notification.onclose = () => {
      if (this.#shown.get(room)?.notification === notification) this.#shown.delete(room);
    };
    this.#shown.set(room, { notification, seq });
  }

  /** What was read, here or elsewhere, needs no notification any more. */
  #takeBack() {
    for (const [id, { seq }] of this.#shown) {
      const room = this.#app.store.rooms.get(id);
      if (!room || room.read_seq >= seq) this.#close(id);
    }
  }

  /** @param {number} room */
  #close(room) {
    const { notification } = this.#shown.get(room) ?? {};
    this.#shown.delete(room);
    notification?.close();
  }

  #takeAllBack() {
    for (const { notification } of this.#shown.values()) notification.close();
    this.#shown.clear();
  }
}

/** @returns {NotificationPermission | "missing"} whether this browser shows notifications of ours */
export function permission() {
  if (!("Notification" in globalThis) || !isSecureContext) return "missing";
  // Where nothing is permitted yet, nothing is shown either, and one can try.
  if (Notification.permission === "default" && !isTried) made("", {});
  return isRefused ? "missing" : Notification.permission;
}

let isTried = false;
let isRefused = false;

/** Chrome on Android leaves them to service workers, and throws. @param {string} title @param {NotificationOptions} options */
function made(title, options) {
  isTried = true;
  try {
    return new Notification(title, options);
  } catch {
    isRefused = true;
    return null;
  }
}

/** Two soft tones. */
export function chime() {
  const sound = new AudioContext();
  const volume = sound.createGain();
  volume.connect(sound.destination);
  volume.gain.setValueAtTime(0.12, sound.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.5);
  [660, 880].forEach((pitch, at) => {
    const tone = sound.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(volume);
    tone.start(sound.currentTime + at * 0.12);
    tone.stop(sound.currentTime + 0.5);
    if (at === 1) tone.onended = () => sound.close();
  });
}
