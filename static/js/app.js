/** What the parts of the page share: the state, where one is in it, and what one part asks of another. */

import { Client } from "chat/client.js";
import { ConnectionLog } from "chat/connection-log.js";
import { AccountMenu } from "chat/components/account-menu.js";
import { Banner } from "chat/components/banner.js";
import { Composer } from "chat/components/composer.js";
import { Badge } from "chat/components/badge.js";
import { EmojiPicker } from "chat/components/emoji-picker.js";
import { FileDrop } from "chat/components/file-drop.js";
import { Frame } from "chat/components/frame.js";
import { Jump } from "chat/components/jump.js";
import { Lightbox } from "chat/components/lightbox.js";
import { BlockNotice } from "chat/components/block-notice.js";
import { MessageActions } from "chat/components/message-actions.js";
import { Notice } from "chat/components/notice.js";
import { PeopleList } from "chat/components/people-list.js";
import { ProfileCard } from "chat/components/profile-card.js";
import { RoomDialogs } from "chat/components/room-dialogs.js";
import { RoomHead } from "chat/components/room-head.js";
import { RoomList } from "chat/components/room-list.js";
import { SearchPanel } from "chat/components/search-panel.js";
import { keyboardOf, ShortcutKeys } from "chat/components/shortcut-keys.js";
import { TextActions } from "chat/components/text-actions.js";
import { Timeline } from "chat/components/timeline.js";
import { TypingLine } from "chat/components/typing-line.js";
import { Tray } from "chat/components/tray.js";
import { readUpTo } from "chat/blocks.js";
import { Edits } from "chat/edits.js";
import { EmojiSource } from "chat/emoji-source.js";
import { Format, localeFor } from "chat/format.js";
import { Keep } from "chat/keep.js";
import { Here } from "chat/here.js";
import { LevelMenu } from "chat/components/level-menu.js";
import { Notifier } from "chat/components/notifier.js";
import { QuietMenu } from "chat/components/quiet-menu.js";
import { Navigation } from "chat/navigation.js";
import { unreadCount } from "chat/people.js";
import { Outbox } from "chat/outbox.js";
import { outboxDatabase } from "chat/outbox-database.js";
import { OutboxStorage } from "chat/outbox-storage.js";
import { Pace } from "chat/pace.js";
import { Reactions } from "chat/reactions.js";
import { Reading } from "chat/reading.js";
import { Socket, SUBPROTOCOL } from "chat/socket.js";
import { Store } from "chat/store.js";
import { Tabs } from "chat/tabs.js";
import { discardFile, sendFile } from "chat/upload-request.js";
import { Uploads } from "chat/uploads.js";
import { uuid } from "chat/uuid.js";
import { Wake } from "chat/wake.js";

/** @import { Place } from "chat/navigation.js" */
/** @import { Clock, State } from "chat/socket.js" */
/** @import { Attachment, ServerEvent, Start } from "chat/wire.d.ts" */

/** @type {Clock} */
const clock = {
  now: () => Date.now(),
  setTimeout: (call, ms) => window.setTimeout(call, ms),
  clearTimeout: (timer) => clearTimeout(timer),
};

export class App {
  #start;
  store = new Store();
  /** @type {Client} */
  client;
  clock = clock;
  log = new ConnectionLog(clock.now);
  pace = new Pace(clock.now);
  format = new Format(localeFor(document.documentElement.lang, navigator.languages));

  /** @param {Start} start */
  constructor(start) {
    this.#start = start;
    /** @type {Place} */
    this.view = { room: start.history.room, target: start.target, pane: "room", at: null };
    this.store.start(start);
    const userId = start.welcome.me.user.id;
    this.keep = new Keep(shelf("localStorage"), shelf("sessionStorage"), userId);
    this.storage = new OutboxStorage({
      database: outboxDatabase(userId),
      keep: this.keep,
      tabs: new Tabs(uuid(), channel(`chat-tabs-${userId}`), clock),
    });
    this.outbox = new Outbox({
      send: (entry) => this.pace.follow(entry.room, this.client.send(entry)),
      find: (entry) => this.client.find(entry),
      lastSeq: (room) => this.store.rooms.get(room)?.last_seq ?? Infinity,
      storage: this.storage,
      uuid,
      onChange: () => this.#outboxChanged(),
      clock,
    });
    this.uploads = new Uploads({
      send: (upload, signal, told) => sendFile(start.uploads, upload, signal, told),
      discard: (attachment) => discardFile(start.uploads, attachment),
      limits: () => this.store.server?.limits ?? start.welcome.server.limits,
      shelf: this.keep,
      uuid,
      onChange: () => this.#uploadsChanged(),
      clock,
    });
    this.socket = this.#makeSocket(userId);
    this.client = new Client({
      store: this.store,
      outbox: this.outbox,
      socket: this.socket,
      log: this.log,
      sleep,
    });
    this.reading = new Reading({
      store: this.store,
      command: (type, fields) => this.socket.command(type, fields),
      sleep,
    });
    this.here = new Here({
      command: (type, fields) => this.socket.command(type, fields),
      onPresence: () => this.#presenceChanged(),
      onTyping: () => this.typingLine.update(),
      clock,
    });
    this.edits = new Edits({
      act: (type, fields) => this.client.act(type, fields),
      onChange: () => this.timeline.schedule(),
    });
    this.reactions = new Reactions({
      act: (type, fields) => this.client.act(type, fields),
      onChange: () => this.timeline.schedule(),
      onRefused: (error) => this.actions.sayRefused("couldnt_react", error),
    });
    this.picker = new EmojiPicker(
      new EmojiSource(start.emoji, document.documentElement.lang),
      this.keep,
    );
    this.navigation = new Navigation(
      () => this.store.rooms,
      (place) => this.#go(place),
      () => this.timeline.reading,
    );
    this.frame = new Frame(byId("frame"), this.navigation);
    this.roomList = new RoomList(byId("room-list"), this);
    this.head = new RoomHead(byId("room"), this);
    this.notice = new Notice(byId("notice"));
    this.actions = new MessageActions(this);
    this.timeline = new Timeline(byId("timeline"), this);
    this.jump = new Jump(byId("jump"), byId("jump-back"), {
      toEnd: () => this.#toEnd(),
      toNew: () => this.timeline.toNew(),
    });
    this.levels = new LevelMenu(byId("levels"), this);
    this.quiet = new QuietMenu(byId("quiet"), this);
    const name = `chat-notices-${userId}`;
    this.notifier = new Notifier(this, { name, channel: channel(name), clock });
    this.badge = new Badge(start.site, this);
    this.people = new PeopleList(byId("people"), this);
    this.lightbox = new Lightbox(/** @type {HTMLDialogElement} */ (byId("lightbox")));
    this.dialogs = new RoomDialogs(this);
    const form = /** @type {HTMLFormElement} */ (byId("composer"));
    this.composer = new Composer(form, byId("composer-closed"), this);
    this.search = new SearchPanel(byId("search"), byId("search-opener"), this, clock);
    this.typingLine = new TypingLine(form, this);
    this.account = new AccountMenu(byId("account-menu"), this.here, this.store);
    this.card = new ProfileCard(this);
    this.blockNotice = new BlockNotice(byId("composer-blocked"), this);
    this.tray = new Tray(form, this);
    this.fileDrop = new FileDrop(byId("room"), byId("file-drop"), {
      isOpen: () => !form.hidden,
      onFiles: (files) => this.composer.addFiles(files),
    });
    this.shortcuts = new ShortcutKeys(this);
    this.banner = new Banner(byId("banner"), {
      retry: () => this.socket.retryNow(),
      reload: () => location.reload(),
      resume: () => this.socket.start(),
      away: (isAway) => {
        this.composer.setAway(isAway);
        this.frame.setAway(isAway);
      },
    });
  }

  start() {
    for (const part of this.#parts) part.connect();
    this.picker.connect();
    new TextActions(this.notice).connect();
    this.store.subscribe(() => this.watchPeople());
    this.view = this.navigation.place ?? this.view;
    this.#show();
    this.timeline.show(this.view.target);
    this.outbox.start();
    this.socket.start();
    this.here.activity.start();
    new Wake(clock, () => this.socket.probe()).start();
  }

  /** Whose eyes a text is built for. */
  get reader() {
    return { document, users: this.store.users, me: this.store.me?.id };
  }

  get keyboard() {
    return keyboardOf(this.#start.preferences);
  }

  get presence() {
    return this.here.presence;
  }

  get typing() {
    return this.here.typing;
  }

  /** With the files that are uploaded for it. @param {string} body @param {number | null} [replyTo] */
  send(body, replyTo = null) {
    this.typing.stopped();
    this.outbox.add(this.view.room, body, replyTo, this.uploads.take(this.view.room));
    this.#toEnd();
  }

  /**
   * Puts a text back into the composer, and its files below it.
   * @param {string} text
   * @param {number | null} replyTo
   * @param {readonly Attachment[]} [files]
   */
  compose(text, replyTo, files = []) {
    this.uploads.restore(this.view.room, files);
    this.composer.compose(text, replyTo);
  }

  /** Nobody will send them any more. @param {readonly Attachment[]} files */
  discardFiles(files) {
    // One that is not discarded now expires.
    for (const file of files) discardFile(this.#start.uploads, file).catch(() => {});
  }

  showPeople() {
    this.frame.openPeople();
  }

  /** Out of a room that one has left, to one that is left. */
  leaveView() {
    const rooms = [...this.store.rooms.values()].filter(({ id }) => id !== this.view.room);
    const next = rooms.find(({ slug }) => slug === "general") ?? rooms[0];
    if (next) this.navigation.open(next.id);
    else location.assign("/");
  }

  /** The timeline was drawn or scrolled. */
  onTimeline() {
    const own = this.store.rooms.get(this.view.room);
    const { isAtEnd, isNewAbove } = this.timeline;
    this.jump.update({ isAtEnd, isNewAbove, unread: own ? unreadCount(own) : 0 });
  }

  /** Whom one looks at, those one talks to directly, then those of the open room. */
  watchPeople() {
    const { rooms, members, me } = this.store;
    const direct = [...rooms.values()].flatMap((room) => room.users ?? []);
    const here = [...members.get(this.view.room)?.rows ?? []]
      .filter(([, row]) => row.role !== null).map(([id]) => id);
    const shown = this.card.user === null ? [] : [this.card.user];
    this.presence.show([...shown, ...direct, ...here].filter((id) => id !== me?.id));
  }

  /** @param {Place} place */
  #go({ room, target, pane, at }) {
    const isSwitch = room !== this.view.room;
    const isSamePane = pane === this.view.pane;
    const isReturn = !isSwitch && target === null && isSamePane;
    const isElsewhere = isSwitch || target !== this.view.target;
    const goal = at ?? target;
    this.view = { room, target, pane, at };
    this.#show();
    if (isReturn && goal === null) this.timeline.toEnd();
    else if (isElsewhere || (goal !== null && isSamePane)) this.timeline.show(target, goal);
    if (isSwitch) {
      document.cookie = `room=${room}; path=/; max-age=${60 * 60 * 24 * 365}; samesite=lax`;
      if (matchMedia("(hover: hover) and (width >= 768px)").matches && target === null) {
        this.composer.focus();
      }
    }
  }

  /** To the end of the room, and to its address: a reload stays there. */
  #toEnd() {
    this.navigation.open(this.view.room);
  }

  get #parts() {
    const { frame, navigation, roomList, head, timeline, jump, people, composer, banner } = this;
    const { typingLine, account, lightbox, tray, fileDrop, badge, levels, quiet, notifier } = this;
    const rest = [people, composer, banner, typingLine, account, lightbox, tray, fileDrop];
    const more = [badge, levels, quiet, notifier, this.search, this.dialogs];
    // What lies on top of others hears a key before the shortcuts do.
    const last = [this.card, this.blockNotice, this.shortcuts];
    return [frame, navigation, roomList, head, timeline, jump, ...rest, ...more, ...last];
  }

  #show() {
    const { roomList, head, people, composer, typingLine, tray, badge, levels, search } = this;
    this.frame.show(this.view.pane);
    const shown = [roomList, head, people, composer, typingLine, tray, badge, levels, search];
    for (const part of [...shown, this.blockNotice]) part.update();
    this.watchPeople();
  }

  #presenceChanged() {
    for (const part of [this.roomList, this.people, this.account, this.card]) part.update();
  }

  /** What blocked people say calls nobody back. @param {ServerEvent[]} events */
  #skipBlocked(events) {
    for (const event of events) {
      if (event.type !== "message" && event.type !== "sync") continue;
      const own = this.store.rooms.get(event.room);
      const messages = event.type === "sync" ? event.messages : [event.message];
      if (own) this.reading.saw(own.id, readUpTo(own, messages, this.store.blocked));
    }
  }

  #uploadsChanged() {
    this.tray.update();
    this.composer.filesChanged();
  }

  #outboxChanged() {
    this.timeline.schedule();
    this.composer.sayWhatWaits();
  }

  /** @param {number} userId */
  #makeSocket(userId) {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    return new Socket({
      open: () => new WebSocket(`${scheme}//${location.host}/ws/`, SUBPROTOCOL),
      hello: () => ({
        user: userId,
        epoch: this.store.server?.epoch,
        rooms: this.store.heldRevs(),
      }),
      session: async () => {
        const answer = await fetch(this.#start.session, { cache: "no-store" });
        if (!answer.ok) throw new Error(String(answer.status));
        return (await answer.json()).user;
      },
      onEvents: (events) => {
        this.notifier.receive(events);
        this.client.receive(events);
        this.#skipBlocked(events);
        this.here.receive(events);
        this.search.receive(events);
      },
      onState: (state) => this.#connectionChanged(state),
      log: this.log,
      clock,
      random: Math.random,
    });
  }

  /** @param {State} state */
  #connectionChanged(state) {
    this.banner.update(state);
    this.client.connectionChanged();
    this.search.connectionChanged();
    this.people.connectionChanged();
    this.here.connectionChanged(state.name === "live");
    this.reading.setConnected(this.socket.isLive);
    if (state.name === "live") {
      this.timeline.recover();
      this.edits.resume();
    }
    if (state.name !== "stopped") return;
    this.composer.update();
    if (state.reason === "signed_out") {
      // Drafts and outbox stay in this browser until the same user is back; Back leads past this page.
      location.replace(`${this.#start.login}?next=${encodeURIComponent(location.pathname)}`);
    }
    if (state.reason === "old" && !this.keep.wasReloaded()) location.reload();
  }
}

/** @param {number} ms @returns {Promise<void>} */
function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** @param {string} id */
function byId(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {"localStorage" | "sessionStorage"} name @returns {Storage | null} null where the browser forbids it */
function shelf(name) {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
}

/** @param {string} name @returns {BroadcastChannel | null} null where the browser has none, or forbids it */
function channel(name) {
  try {
    return new BroadcastChannel(name);
  } catch {
    return null;
  }
}
