/** Shows notifications, if one has asked for them on this device, and takes them back once they are read. */

import { Lookout } from "chat/lookout.js";
import { isWorthNotice, noticeOf } from "chat/notify.js";
import { roomTitle } from "chat/people.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Channel } from "chat/lookout.js" */
/** @import { Notice } from "chat/notify.js" */
/** @import { Clock } from "chat/socket.js" */
/** @import { Message, ServerEvent } from "chat/wire.d.ts" */

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
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.#takeBack()));
    addEventListener("pagehide", () => this.#takeAllBack(), { signal });
    this.#lookout.lead(navigator.locks, this.#name, signal);
  }

  disconnect() {
    this.#ending.abort();
    this.#takeAllBack();
  }

  /**
   * What has come, before it is applied: a message is new if the room does not reach that far. Of what was missed
   * the last is enough, since a room has one notification.
   * @param {ServerEvent[]} events
   */
  receive(events) {
    for (const event of events) {
      if (event.type !== "message" && event.type !== "sync") continue;
      const last = this.#app.store.rooms.get(event.room)?.last_seq ?? Infinity;
      const messages = event.type === "message" ? [event.message] : event.messages;
      const fresh = messages.filter((message) => message.seq > last)
        .filter((message) => this.#isWorth(event.room, message));
      const newest = fresh.toSorted((a, b) => a.seq - b.seq).at(-1);
      if (newest) this.#consider(event.room, newest);
    }
  }

  /** @param {number} room @param {Message} message */
  async #consider(room, message) {
    if (!this.#lookout.isLeader) return;
    if (await this.#lookout.isInFront(room)) return;
    if (!this.#isWorth(room, message)) return; // read meanwhile
    const { keep } = this.#app;
    if (keep.isSoundOn) chime();
    if (keep.isNotifying && permission() === "granted") this.#show(this.#notice(room, message));
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
    return noticeOf(message, room, { author, title: roomTitle(room, me, users) });
  }

  /** @param {Notice} notice */
  #show({ room, seq, title, body, tag }) {
    const icon = document.querySelector(".side__site img")?.getAttribute("src") ?? "";
    const notification = new Notification(title, { body, tag, icon, silent: true });
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
    for (const [id, { notification, seq }] of this.#shown) {
      const room = this.#app.store.rooms.get(id);
      if (room && room.read_seq < seq) continue;
      this.#shown.delete(id);
      notification.close();
    }
  }

  #takeAllBack() {
    for (const { notification } of this.#shown.values()) notification.close();
    this.#shown.clear();
  }
}

/** @returns {NotificationPermission | "missing"} whether this browser shows notifications of ours */
export function permission() {
  return "Notification" in globalThis && isSecureContext ? Notification.permission : "missing";
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
