/**
 * What the client does with the connection: keeps the store in step with the server, has loaded what is looked at
 * (loading.js), and lets the outbox run while there is a connection. It knows no DOM.
 */

import { Asking } from "chat/asking.js";
import { Gaps } from "chat/gaps.js";
import { Introductions } from "chat/introductions.js";
import { Loading } from "chat/loading.js";

/** @import { ConnectionLog } from "chat/connection-log.js" */
/** @import { Socket } from "chat/socket.js" */
/** @import { Store } from "chat/store.js" */
/** @import { Outbox } from "chat/outbox.js" */
/** @import { HistoryPage, Invite, Message, OwnRoom, Reported, Sanction, ServerEvent, User } from "chat/wire.d.ts" */

const SEARCH_PAGE = 200;
const MAX_SEARCH_PAGES = 20;
/** After these the open room may have to be loaded, or loaded anew. */
const BEGINNINGS = new Set(["welcome", "membership", "reset"]);

export class Client {
  /** @type {Store} */
  #store;
  /** @type {Outbox} */
  #outbox;
  /** @type {Socket} */
  #socket;
  /** @type {ConnectionLog} */
  #log;
  #asking;
  #gaps;
  #introductions;
  #wasLive = false;

  /**
   * @param {object} parts
   * @param {Store} parts.store
   * @param {Outbox} parts.outbox
   * @param {Socket} parts.socket
   * @param {ConnectionLog} parts.log
   * @param {(ms: number) => Promise<void>} parts.sleep
   */
  constructor({ store, outbox, socket, log, sleep }) {
    this.#store = store;
    this.#outbox = outbox;
    this.#socket = socket;
    this.#log = log;
    const command = (/** @type {string} */ type, /** @type {Record<string, unknown>} */ fields) =>
      socket.command(type, fields);
    const isLive = () => socket.isLive;
    const asking = new Asking({ command, sleep });
    this.#asking = asking;
    this.#introductions = new Introductions({ store, asking });
    const onPage = (/** @type {HistoryPage} */ page) => this.#gotPage(page);
    this.loading = new Loading({ store, asking, isLive, sleep, onPage });
    const onSync = (/** @type {ServerEvent} */ sync) => this.receive([sync]);
    this.#gaps = new Gaps({ store, asking, isLive, sleep, log, onSync });
  }

  /** @param {ServerEvent[]} events */
  receive(events) {
    this.#noteTimes(events);
    this.#store.apply(events);
    const messages = events.flatMap(messagesOf);
    this.#seen(messages);
    this.#dropShown();
    this.#gaps.fill();
    this.#introductions.meet(messages);
    if (events.some((event) => BEGINNINGS.has(event.type))) this.loading.refresh();
    if (this.#wasLive && events.some(({ type }) => type === "welcome")) {
      this.#introductions.refresh(this.loading.room ?? 0);
    }
  }

  /** To be called whenever the connection came or went. */
  connectionChanged() {
    const { isLive } = this.#socket;
    if (isLive === this.#wasLive) return;
    this.#wasLive = isLive;
    this.#outbox.setConnected(isLive);
    if (!isLive) return;
    this.#gaps.fill();
    this.loading.refresh();
    this.#introductions.refresh(this.loading.room ?? 0);
  }

  /**
   * Has the server do what may be done twice without harm, in the order in which it is asked for; rejects with its
   * refusal.
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @returns {Promise<{ rev: number }>}
   */
  act(type, fields) {
    return this.#asking.act(type, fields);
  }

  /**
   * Of what one wants to be notified in a room. It holds at once, and as before if the server refuses.
   * @param {number} room
   * @param {OwnRoom["notify"]} level
   */
  async chooseLevel(room, level) {
    const choice = { level };
    this.#store.choose(room, choice);
    try {
      await this.#asking.act("room.notify", { room, level });
      this.#store.settleChoice(room, choice, true);
    } catch (error) {
      this.#store.settleChoice(room, choice, false);
      throw error;
    }
  }

  /**
   * Makes, joins or opens a room. It is there as soon as this resolves, whether its event has come or not.
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @param {User[]} [users] those who are in it, if it is a direct one
   * @returns {Promise<number>} the room
   */
  async enter(type, fields, users = []) {
    const { room } = await this.#asking.ask(type, fields);
    this.receive([{ type: "membership", room, users }]);
    return room.id;
  }

  /**
   * One page of the public rooms with these words.
   * @param {string} q
   * @param {number} after the id of the last that is known
   * @returns {Promise<{ rooms: import("chat/wire.d.ts").ListedRoom[], more: boolean }>}
   */
  publicRooms(q, after) {
    return this.#asking.ask("room.list", { q, after });
  }

  /** @param {string} q @returns {Promise<{ users: User[] }>} */
  people(q) {
    return this.#asking.ask("users.search", { q });
  }

  /** A room's invitation links. @param {number} room @returns {Promise<Invite[]>} */
  async invites(room) {
    const { invites, users } = await this.#asking.ask("invite.list", { room });
    this.#store.usersLoaded(users);
    return invites;
  }

  /** The mutes and bans in force in a room. @param {number} room @returns {Promise<Sanction[]>} */
  async sanctions(room) {
    const { sanctions, users } = await this.#asking.ask("sanction.list", { room });
    this.#store.usersLoaded(users);
    return sanctions;
  }

  /** What waits for one's decision. @param {number} room @param {number[]} seqs @returns {Promise<Reported[]>} */
  async reports(room, seqs) {
    const { reports, users } = await this.#asking.ask("reports.get", { room, seqs });
    this.#store.usersLoaded(users);
    return reports;
  }

  /**
   * @param {number} room
   * @param {{ uses?: number, expires?: string }} bounds
   * @returns {Promise<Invite>}
   */
  async makeInvite(room, bounds) {
    const { invite } = await this.#asking.ask("invite.create", { room, ...bounds });
    return invite;
  }

  /** People of a room who are called so. @param {string} q @param {number} room @returns {Promise<import("chat/wire.d.ts").User[]>} */
  async findPeople(q, room) {
    const { users } = await this.#asking.ask("users.search", { q, room });
    this.#store.usersLoaded(users);
    return users;
  }

  /** How a text would look as a message of a room. @param {number} room @param {string} body @returns {Promise<Pick<Message, "content">>} */
  preview(room, body) {
    return this.#asking.ask("message.preview", { room, body });
  }

  /** What a message said before. @param {number} room @param {number} seq @returns {Promise<{ edits: import("chat/wire.d.ts").Edit[] }>} */
  edits(room, seq) {
    return this.#asking.ask("message.edits", { room, seq });
  }

  /** @param {import("chat/outbox.js").Entry} entry */
  async send({ room, clientId, body, replyTo, attachments = [] }) {
    const reply = replyTo === null ? {} : { reply_to: replyTo };
    const files = attachments.length === 0 ? {} : { attachments: attachments.map(({ id }) => id) };
    const draft = { room, client_id: clientId, body, ...reply, ...files };
    const sent = await this.#socket.command("message.send", draft);
    // A repeat of what was stored long ago: no event will tell of it again.
    if (sent.rev <= this.#store.revOf(room)) this.#outbox.seen(clientId);
    return sent;
  }

  /**
   * Whether a message is stored, going through all that it could be among; null if some of that is out of reach.
   * @param {import("chat/outbox.js").Entry} entry
   * @returns {Promise<boolean | null>}
   */
  async find({ room, clientId, after }) {
    for (let page = 0; page < MAX_SEARCH_PAGES; page += 1) {
      const fields = { room, after, limit: SEARCH_PAGE };
      /** @type {HistoryPage} */
      const { messages, first_seq, last_seq } = await this.#asking.ask("history", fields);
      const me = this.#store.me?.id;
      if (messages.some(({ author, client_id }) => author === me && client_id === clientId)) {
        return true;
      }
      if (first_seq > after + 1) return null; // retention removed what it may have been
      after = messages.at(-1)?.seq ?? last_seq;
      if (after >= last_seq) return false;
    }
    return null;
  }

  /** @param {HistoryPage} page */
  #gotPage(page) {
    this.#introductions.meet([...page.messages, ...page.replied]);
    this.#seen(page.messages);
    this.#dropShown();
  }

  /** Of new messages only: of a changed one nothing says when that was. @param {ServerEvent[]} events */
  #noteTimes(events) {
    for (const event of events) {
      if (event.type !== "message") continue;
      const known = this.#store.rooms.get(event.room)?.last_seq ?? Infinity;
      if (event.message.seq > known) this.#log.heard(event.message.at);
    }
  }

  /** Ids are unique per author only. @param {Message[]} messages */
  #seen(messages) {
    for (const { author, client_id } of messages) {
      if (client_id !== null && author === this.#store.me?.id) this.#outbox.seen(client_id);
    }
  }

  /** What was sent and is too far up to be held would stay a line below the last one. */
  #dropShown() {
    const { histories } = this.#store;
    this.#outbox.reached((room) => histories.get(room)?.isStale ? 0 : this.#store.revOf(room));
  }
}

/** @param {ServerEvent} event @returns {Message[]} */
function messagesOf(event) {
  if (event.type === "message") return [event.message];
  return event.type === "sync" ? event.messages : [];
}
