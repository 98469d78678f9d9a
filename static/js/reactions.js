/**
 * The reactions to messages as they are shown: what the server has told, and over it what this reader has just
 * pressed and the server has not told yet.
 */

/** @import { Act } from "chat/edits.js" */
/** @import { Message } from "chat/wire.d.ts" */

/** @typedef {{ emoji: string, users: number[], isMine: boolean }} Shown */
/** @typedef {{ isOn: boolean, rev: number | null }} Wish */

export class Reactions {
  #act;
  #onChange;
  #onRefused;
  /** @type {Map<string, Map<string, Wish>>} message -> emoji -> what is wished for */
  #wishes = new Map();

  /** @param {{ act: Act, onChange: () => void, onRefused: (error: unknown) => void }} parts */
  constructor({ act, onChange, onRefused }) {
    this.#act = act;
    this.#onChange = onChange;
    this.#onRefused = onRefused;
  }

  /** @param {number} room @param {Message} message @param {number} me @returns {Shown[]} */
  shown(room, message, me) {
    const told = message.reactions
      .map(([emoji, users]) => ({ emoji, users, isMine: users.includes(me) }));
    const wishes = this.#wishesOf(room, message);
    if (!wishes) return told;
    for (const [emoji, { isOn }] of wishes) {
      const held = told.find((one) => one.emoji === emoji);
      if (!held && isOn) told.push({ emoji, users: [me], isMine: true });
      if (!held || held.isMine === isOn) continue;
      held.isMine = isOn;
      held.users = isOn ? [...held.users, me] : held.users.filter((id) => id !== me);
    }
    return told.filter(({ users }) => users.length > 0);
  }

  /** Adds one's reaction or takes it back. @param {number} room @param {Message} message @param {string} emoji @param {number} me */
  async toggle(room, message, emoji, me) {
    const isOn = !this.shown(room, message, me).some((one) => one.emoji === emoji && one.isMine);
    const key = `${room}/${message.seq}`;
    /** @type {Wish} */
    const wish = { isOn, rev: null };
    const wishes = this.#wishes.get(key) ?? new Map();
    this.#wishes.set(key, wishes.set(emoji, wish));
    this.#onChange();
    try {
      const type = isOn ? "reaction.add" : "reaction.remove";
      wish.rev = (await this.#act(type, { room, seq: message.seq, emoji })).rev;
    } catch (error) {
      if (wishes.get(emoji) === wish) wishes.delete(emoji);
      this.#onRefused(error);
    }
    this.#onChange();
  }

  /** Those that the message does not tell by itself by now. @param {number} room @param {Message} message */
  #wishesOf(room, { seq, rev, deleted_at }) {
    const wishes = this.#wishes.get(`${room}/${seq}`);
    if (!wishes) return undefined;
    for (const [emoji, wish] of wishes) {
      const isTold = wish.rev !== null && rev >= wish.rev;
      if (isTold || deleted_at !== null) wishes.delete(emoji);
    }
    if (wishes.size === 0) this.#wishes.delete(`${room}/${seq}`);
    return wishes;
  }
}
