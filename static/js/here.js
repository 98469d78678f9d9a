/**
 * What is true only now: who is here, who is writing, whether one is at the page oneself. It turns events into
 * the state of its parts, and what is done on the page into commands. It knows no DOM.
 */

import { Activity } from "chat/activity.js";
import { Presence } from "chat/presence.js";
import { Typing } from "chat/typing.js";

/** @import { Clock } from "chat/socket.js" */
/** @import { Message, ServerEvent } from "chat/wire.d.ts" */

const AGAIN = 5_000;

export class Here {
  #command;
  #lastSeq;
  #held;
  #onPresence;
  #clock;
  #isLive = false;
  /** Whether one appears offline to everybody. */
  isHidden = false;

  /**
   * @param {object} parts
   * @param {(type: string, fields: Record<string, unknown>) => Promise<any>} parts.command
   * @param {(room: number) => number} parts.lastSeq of what was there before
   * @param {(room: number, seq: number) => Message | undefined} parts.held a message as it was before, if it is at hand
   * @param {() => void} parts.onPresence
   * @param {() => void} parts.onTyping
   * @param {Clock} parts.clock
   */
  constructor({ command, lastSeq, held, onPresence, onTyping, clock }) {
    this.#command = command;
    this.#lastSeq = lastSeq;
    this.#held = held;
    this.#onPresence = onPresence;
    this.#clock = clock;
    this.presence = new Presence({ command, onChange: onPresence, clock });
    this.typing = new Typing({
      say: (room) => this.#try("typing", { room }),
      onChange: onTyping,
      clock,
    });
    this.activity = new Activity(clock, () => this.#sayActivity());
  }

  get isLive() {
    return this.#isLive;
  }

  /** What has come, before it is applied: only then can be said what is new. @param {ServerEvent[]} events */
  receive(events) {
    for (const event of events) {
      if (event.type === "typing") this.typing.begins(event.room, event.user);
      else if (event.type === "presence") {
        this.presence.told(event.users, new Date(this.#clock.now()).toISOString());
      } else if (event.type === "message") this.#said(event.room, [event.message]);
      else if (event.type === "sync") this.#said(event.room, event.messages);
      else if (event.type === "welcome") {
        this.isHidden = event.me.hidden;
        this.#onPresence();
      }
    }
  }

  /** @param {boolean} isLive */
  connectionChanged(isLive) {
    if (isLive === this.#isLive) return;
    this.#isLive = isLive;
    this.presence.connectionChanged(isLive);
    if (this.activity.isAway) this.#sayActivity();
  }

  /** Rejects with the server's refusal: whoever wants not to be seen has to know that they are. @param {boolean} isHidden */
  async hide(isHidden) {
    await this.#command("presence.set", { status: isHidden ? "hidden" : "shown" });
    this.isHidden = isHidden;
  }

  /** Who has said or edited something no longer writes it; a reaction to what they said before ends nothing. @param {number} room @param {Message[]} messages */
  #said(room, messages) {
    for (const { author, seq, edited_at } of messages) {
      const held = this.#held(room, seq);
      const isEdited = held !== undefined && held.edited_at !== edited_at;
      const isSaid = isEdited || seq > this.#lastSeq(room);
      if (author !== null && isSaid) this.typing.ends(room, author);
    }
  }

  /** Who hides says it too: it shows them to nobody, and is right when they are seen again. */
  async #sayActivity() {
    if (!this.#isLive) return;
    const { isAway } = this.activity;
    try {
      await this.#command("presence.set", { status: isAway ? "away" : "online" });
    } catch {
      // Refused, it was said too often: others would take for away who is here.
      const again = () => isAway === this.activity.isAway && this.#sayActivity();
      this.#clock.setTimeout(again, AGAIN);
    }
  }

  /** What comes to nothing is worth nothing later. @param {string} type @param {Record<string, unknown>} fields */
  async #try(type, fields) {
    if (this.#isLive) await this.#command(type, fields).catch(() => {});
  }
}
