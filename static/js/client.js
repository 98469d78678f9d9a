/**
 * What the client does with the connection: keeps the store in step with the server, loads what is looked at,
 * and lets the outbox run while there is a connection. It knows no DOM.
 */

import { Asking } from "chat/asking.js";
import { CommandError } from "chat/commands.js";

/** @import { ConnectionLog } from "chat/connection-log.js" */
/** @import { Socket } from "chat/socket.js" */
/** @import { Store } from "chat/store.js" */
/** @import { History } from "chat/history.js" */
/** @import { Outbox } from "chat/outbox.js" */
/** @import { HistoryPage, Invite, Message, OwnRoom, Sanction, ServerEvent, User } from "chat/wire.d.ts" */

const PAGE = 50;
/** Whoever scrolls goes through many pages: of each ten are answered a second. */
const NEXT_PAGE = 100;
const MEMBERS_PAGE = 200;
const SEARCH_PAGE = 200;
const USERS_PAGE = 200;
const MOST_REFRESHED = 400;
const MAX_SEARCH_PAGES = 20;
const MOST_STRANGERS = 200;
const MOST_REACTORS = 20; // of each emoji, as the pill names them
const MAX_HELD_ROOMS = 8;
const RETRY_PAUSE = 2_000;
const UNKNOWN = new Set(["timeout", "disconnected", "internal", "rate_limited", "unavailable"]);
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
  /** @type {(ms: number) => Promise<void>} */
  #sleep;
  #asking;
  /** @type {Set<number>} rooms with a sync on its way */
  #syncing = new Set();
  /** @type {WeakMap<History, Map<string, Promise<void>>>} loads on their way, one of each kind per timeline */
  #loading = new WeakMap();
  /** @type {WeakMap<History, string>} what the load on its way does, or the last one did */
  #modes = new WeakMap();
  /** @type {number | null} */
  #openRoom = null;
  /** How often the open room was looked after: the last time counts. */
  #refreshes = 0;
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
    this.#sleep = sleep;
    const command = (/** @type {string} */ type, /** @type {Record<string, unknown>} */ fields) =>
      socket.command(type, fields);
    this.#asking = new Asking({ command, sleep });
  }

  /** @param {ServerEvent[]} events */
  receive(events) {
    this.#noteTimes(events);
    this.#store.apply(events);
    const messages = events.flatMap(messagesOf);
    this.#seen(messages);
    this.#dropShown();
    this.#fillGaps();
    this.#meet(messages);
    if (events.some((event) => BEGINNINGS.has(event.type))) this.#refreshOpenRoom();
    if (this.#wasLive && events.some(({ type }) => type === "welcome")) this.#refreshPeople();
  }

  /** To be called whenever the connection came or went. */
  connectionChanged() {
    const { isLive } = this.#socket;
    if (isLive === this.#wasLive) return;
    this.#wasLive = isLive;
    this.#outbox.setConnected(isLive);
    if (!isLive) return;
    this.#fillGaps();
    this.#refreshOpenRoom();
    this.#refreshPeople();
  }

  /**
   * Makes sure that the room's timeline is held: around a message, or at its end.
   * @param {number} room
   * @param {number | null} [seq]
   */
  async open(room, seq = null) {
    this.#openRoom = room;
    this.#store.openHistory(room);
    this.#dropOldRooms(room);
    const isHeld = () => {
      const history = this.#store.histories.get(room);
      return history?.isStale === false && (seq === null ? history.isEnd : history.holds(seq));
    };
    await this.#replace(room, seq === null ? {} : { around: seq }, () => !isHeld());
  }

  /**
   * Makes sure that the room's timeline is held around a time.
   * @param {number} room
   * @param {string} at
   * @returns {Promise<number | null>} the first message of then or later, if there is one
   */
  async openAt(room, at) {
    this.#store.openHistory(room);
    await this.#replace(room, { at }, () => true);
    const messages = this.#store.histories.get(room)?.messages ?? [];
    return messages.find((message) => message.at >= at)?.seq ?? null;
  }

  /** @param {number} room */
  loadOlder(room) {
    return this.#extend(room, "older", ({ isStart, low }) => isStart ? null : { before: low });
  }

  /** @param {number} room */
  loadNewer(room) {
    return this.#extend(room, "newer", ({ isEnd, high }) => isEnd ? null : { after: high });
  }

  /** The next page of who is in a room. @param {number} room */
  async loadMembers(room) {
    await this.#once(room, "members", async (isHeld) => {
      for (;;) {
        const [rev, era] = [this.#store.revOf(room), this.#store.membersEra(room)];
        const after = this.#store.members.get(room)?.high ?? 0;
        const page = await this.#asking.ask("members", { room, after, limit: MEMBERS_PAGE });
        if (!isHeld()) return;
        if (era === this.#store.membersEra(room)) return this.#store.membersLoaded(room, page, rev);
      }
    });
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

  /**
   * @param {number} room
   * @param {{ uses?: number, expires?: string }} bounds
   * @returns {Promise<Invite>}
   */
  async makeInvite(room, bounds) {
    const { invite } = await this.#asking.ask("invite.create", { room, ...bounds });
    return invite;
  }

  /** The next page of what is pinned in a room. @param {number} room */
  async loadPins(room) {
    const pins = this.#store.openPins(room);
    const mark = pins.low === undefined ? {} : { before: pins.low };
    const page = await this.#asking.ask("message.pins", { room, limit: PAGE, ...mark });
    // Else they were let go meanwhile, and what is held now begins anew.
    if (this.#store.pins.get(room) === pins) this.#store.pinsLoaded(room, page);
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

  /**
   * Starts the timeline anew, if that is needed once nothing is on its way: of several who wait for one load, each
   * but the first finds the next one's under way.
   * @param {number} room
   * @param {Record<string, number | string>} mark
   * @param {() => boolean} isNeeded
   */
  async #replace(room, mark, isNeeded) {
    const onItsWay = () => {
      const history = this.#store.histories.get(room);
      return history && this.#loading.get(history)?.get("history");
    };
    while (onItsWay()) await onItsWay()?.catch(() => {});
    if (isNeeded()) await this.#load(room, "replace", mark);
  }

  /**
   * Loads what comes next, on one side: after what else is on its way, which may change what that is.
   * @param {number} room
   * @param {"older" | "newer"} mode
   * @param {(history: History) => Record<string, number> | null} markOf null where there is nothing to come
   */
  async #extend(room, mode, markOf) {
    for (;;) {
      const history = this.#store.histories.get(room);
      const mark = !history || history.isStale ? null : markOf(history);
      if (!history || !mark) return;
      const other = this.#loading.get(history)?.get("history");
      if (!other || this.#modes.get(history) === mode) {
        return this.#load(room, mode, { ...mark, limit: NEXT_PAGE });
      }
      await other.catch(() => {});
    }
  }

  /**
   * @param {number} room
   * @param {"replace" | "older" | "newer"} mode
   * @param {Record<string, number | string>} mark
   */
  #load(room, mode, mark) {
    return this.#once(room, "history", async (isHeld, history) => {
      this.#modes.set(history, mode);
      history.begin();
      try {
        const page = await this.#asking.ask("history", { room, limit: PAGE, ...mark });
        if (!isHeld()) return;
        this.#store.historyLoaded(room, page, mode);
        this.#meet([...page.messages, ...page.replied]);
        this.#seen(page.messages);
        this.#dropShown();
      } catch (error) {
        history.fail();
        throw error;
      }
    });
  }

  /** Of new messages only: of a changed one nothing says when that was. @param {ServerEvent[]} events */
  #noteTimes(events) {
    for (const event of events) {
      if (event.type !== "message") continue;
      const known = this.#store.rooms.get(event.room)?.last_seq ?? Infinity;
      if (event.message.seq > known) this.#log.heard(event.message.at);
    }
  }

  /** What is wanted while there is no connection is asked for on the next, and what is wanted twice after another. */
  #fillGaps() {
    if (!this.#socket.isLive) return;
    for (const [room, since] of this.#store.takeWantedSyncs(this.#syncing)) {
      this.#fillGap(room, since);
    }
  }

  /** @param {number} room @param {number} since */
  async #fillGap(room, since) {
    this.#syncing.add(room);
    const answer = await this.#sync(room, since);
    this.#syncing.delete(room);
    if (answer === null) return this.#fillGaps();
    if (answer.rev > since && !answer.more) this.#log.repaired(room, since, answer.rev);
    this.receive([{ ...answer, type: "sync" }]);
  }

  /** @param {number} room @param {number} since */
  async #sync(room, since) {
    for (;;) {
      try {
        const answer = await this.#asking.ask("sync", { room, since });
        if (answer.rev <= since) await this.#sleep(RETRY_PAUSE); // whoever knows more than this will ask again
        return answer;
      } catch (error) {
        if (error instanceof CommandError && !UNKNOWN.has(error.code)) return null;
        await this.#sleep(RETRY_PAUSE);
        // After a new welcome the server itself sends what is missing.
        if (!this.#socket.isLive || !this.#store.rooms.has(room)) return null;
      }
    }
  }

  /** Loads the open room where what is held of it no longer holds. */
  async #refreshOpenRoom() {
    const room = this.#openRoom;
    if (room === null || !this.#store.rooms.has(room)) return;
    const turn = ++this.#refreshes;
    try {
      await this.#replace(room, {}, () => this.#store.openHistory(room).isStale);
      if (!this.#store.members.has(room)) await this.loadMembers(room);
    } catch (error) {
      if (error instanceof CommandError && !UNKNOWN.has(error.code)) return;
      await this.#sleep(RETRY_PAUSE);
      // If the connection went, this is tried again with the next one.
      if (this.#socket.isLive && turn === this.#refreshes) this.#refreshOpenRoom();
    }
  }

  /** Asks who people are that messages name and nobody has introduced. @param {Message[]} messages */
  #meet(messages) {
    const named = new Set(messages.flatMap(peopleOf));
    const strangers = [...named].filter((id) => !this.#store.users.has(id));
    if (strangers.length === 0) return;
    const ids = strangers.slice(0, MOST_STRANGERS);
    this.#asking.ask("users.get", { ids }).then(
      ({ users }) => this.#store.usersLoaded(users),
      () => {},
    );
  }

  /** Profiles may have changed while nobody told us: of those who write in the open room, and who are in it. */
  #refreshPeople() {
    const room = this.#openRoom ?? 0;
    const authors = this.#store.histories.get(room)?.messages.slice(-200)
      .map((message) => message.author) ?? [];
    const members = this.#store.members.get(room)?.rows.keys() ?? [];
    const ids = [...new Set([...authors, ...members])].filter((id) => id !== null);
    for (let at = 0; at < Math.min(ids.length, MOST_REFRESHED); at += USERS_PAGE) {
      const page = { ids: ids.slice(at, at + USERS_PAGE) };
      this.#asking.ask("users.get", page).then(
        ({ users }) => this.#store.usersLoaded(users),
        () => {},
      );
    }
  }

  /** @param {number} keep */
  #dropOldRooms(keep) {
    const { histories } = this.#store;
    const held = /** @type {import("chat/history.js").History} */ (histories.get(keep));
    histories.delete(keep);
    histories.set(keep, held); // the room last opened is last in order
    const oldest = [...histories.keys()].slice(0, Math.max(0, histories.size - MAX_HELD_ROOMS));
    for (const room of oldest) this.#store.dropHistory(room);
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

  /**
   * One load of a kind at a time for one timeline. What comes for one that was let go meanwhile is not for the
   * one held now: that may be after leaving the room and joining it again.
   * @param {number} room
   * @param {string} kind
   * @param {(isHeld: () => boolean, history: History) => Promise<void>} load
   */
  async #once(room, kind, load) {
    const history = this.#store.histories.get(room);
    if (!history) return; // let go while this load waited for its turn
    const loads = this.#loading.get(history) ?? new Map();
    this.#loading.set(history, loads);
    const isHeld = () => this.#store.histories.get(room) === history;
    const loading = loads.get(kind) ?? load(isHeld, history).finally(() => loads.delete(kind));
    loads.set(kind, loading);
    await loading;
  }
}

/** @param {ServerEvent} event @returns {Message[]} */
function messagesOf(event) {
  if (event.type === "message") return [event.message];
  return event.type === "sync" ? event.messages : [];
}

/** Those of whom something is shown. @param {Message} message @returns {number[]} */
function peopleOf({ author, mentions, reactions, event }) {
  const { actor, user } = event?.params ?? {};
  const reactors = reactions.flatMap(([, users]) => users.slice(0, MOST_REACTORS));
  return [author, actor, user, ...mentions, ...reactors].filter((id) => typeof id === "number");
}
