/** What the parts of the page share: the state, where one is in it, and what one part asks of another. */

import { Client } from "chat/client.js";
import { ConnectionLog } from "chat/connection-log.js";
import { Composer } from "chat/components/composer.js";
import { EmojiOpener } from "chat/components/emoji-opener.js";
import { Frame } from "chat/components/frame.js";
import { makeLate } from "chat/components/late-dialog.js";
import { MessageActions } from "chat/components/message-actions.js";
import { Notice } from "chat/components/notice.js";
import { Page } from "chat/components/page.js";
import { RoomHead } from "chat/components/room-head.js";
import { keyboardOf } from "chat/components/shortcut-keys.js";
import { Timeline } from "chat/components/timeline.js";
import { makeSocket } from "chat/connecting.js";
import { EmojiSource } from "chat/emoji-source.js";
import { Format, localeFor } from "chat/format.js";
import { Frames } from "chat/frames.js";
import { Here } from "chat/here.js";
import { Keep } from "chat/keep.js";
import { Navigation } from "chat/navigation.js";
import { Pace } from "chat/pace.js";
import { afterFrame, byId, clock, nextFrame, shelf, sleep } from "chat/platform.js";
import { Reading } from "chat/reading.js";
import { Redraw } from "chat/redraw.js";
import { makeEdits, makeOutbox, makeReactions, makeStorage, makeUploads } from "chat/sending.js";
import { Store } from "chat/store.js";
import { t } from "chat/strings.js";
import { discardFile } from "chat/upload-request.js";
import { Wake } from "chat/wake.js";

/** @import { ProfileCard } from "chat/components/profile-card.js" */
/** @import { Place } from "chat/navigation.js" */
/** @import { Attachment, Start } from "chat/wire.d.ts" */

export class App {
  #start;
  store = new Store();
  clock = clock;
  frames = new Frames({ nextFrame, afterFrame, clock });
  redraw = new Redraw((call) => this.frames.soon(call));
  log = new ConnectionLog(clock.now);
  pace = new Pace(clock.now, () => this.log.serverAhead ?? 0);
  format = new Format(localeFor(document.documentElement.lang, navigator.languages));
  /** @type {ProfileCard | null} the one that is open */
  card = null;

  /** @param {Start} start */
  constructor(start) {
    this.#start = start;
    /** @type {Place} */
    this.view = { room: start.history.room, target: start.target, pane: "room", at: null };
    this.store.start(start);
    const userId = start.welcome.me.user.id;
    this.keep = new Keep(shelf("localStorage"), shelf("sessionStorage"), userId);
    this.storage = makeStorage(userId, this.keep);
    this.outbox = makeOutbox(this, this.storage);
    this.uploads = makeUploads(this, start);
    this.edits = makeEdits(this);
    this.reactions = makeReactions(this);
    this.socket = makeSocket(this, start);
    const { store, outbox, socket, log } = this;
    /** @type {(type: string, fields: Record<string, unknown>) => Promise<any>} */
    const command = (type, fields) => socket.command(type, fields);
    /** @type {Client} */
    this.client = new Client({ store, outbox, socket, log, sleep });
    this.reading = new Reading({ store, command, sleep, keep: this.keep });
    this.here = new Here({
      command,
      lastSeq: (room) => store.rooms.get(room)?.last_seq ?? 0,
      held: (room, seq) => store.histories.get(room)?.find(seq),
      onPresence: () => this.page.presenceChanged(),
      onTyping: () => this.page.typingChanged(),
      clock,
    });
    this.late = makeLate();
    this.picker = new EmojiOpener(
      new EmojiSource(start.emoji, document.documentElement.lang),
      this,
    );
    this.navigation = new Navigation(
      () => store.rooms,
      (place) => this.#go(place),
      () => this.timeline.reading,
    );
    this.frame = new Frame(byId("frame"), this.navigation);
    this.head = new RoomHead(byId("room"), this);
    this.notice = new Notice(byId("notice"));
    this.actions = new MessageActions(this);
    this.timeline = new Timeline(byId("timeline"), this);
    const form = /** @type {HTMLFormElement} */ (byId("composer"));
    this.composer = new Composer(form, byId("composer-closed"), this);
    this.page = new Page(this, start);
  }

  start() {
    // Before the timeline asks for its frame: of a room that is gone it looks whether the composer, with the focus, is.
    this.store.subscribe(() => this.redraw.request());
    this.page.connect();
    this.redraw.subscribe(() => this.watchPeople());
    this.view = this.navigation.place ?? this.view;
    this.#show();
    this.timeline.show(this.view.target);
    this.outbox.start();
    this.reading.start();
    const marked = this.reading.markedFrom(this.view.room);
    if (marked !== null) this.timeline.unreadFrom(marked); // as it was before the page was reloaded
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
    this.toEnd();
  }

  /**
   * Puts what was to be said in a room back into the composer, and its files below it; in another room that is
   * where it waits.
   * @param {{ room: number, body: string, replyTo: number | null, attachments?: readonly Attachment[] }} entry
   */
  compose({ room, body, replyTo, attachments = [] }) {
    this.uploads.restore(room, attachments);
    this.composer.compose(room, body, replyTo);
  }

  /** Nobody will send them any more. @param {readonly Attachment[]} files */
  discardFiles(files) {
    // One that is not discarded now expires.
    for (const file of files) discardFile(this.#start.uploads, file).catch(() => {});
  }

  showRooms() {
    this.frame.closeMenu();
    if (matchMedia("(width < 768px)").matches) this.navigation.showPane("rooms");
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
    this.page.timelineMoved();
  }

  /** To the end of the room, and to its address: a reload stays there. */
  toEnd() {
    this.navigation.open(this.view.room);
    const history = this.store.histories.get(this.view.room);
    const isFar = history?.isStale === false && !history.isEnd;
    if (isFar && this.frame.isAway) this.notice.say(t("end_offline"));
  }

  /** Whom one looks at, those one talks to directly, then those of the open room. */
  watchPeople() {
    const { rooms, members, me } = this.store;
    const direct = [...rooms.values()].flatMap((room) => room.users ?? []);
    const here = [...members.get(this.view.room)?.rows ?? []]
      .filter(([, row]) => row.role !== null).map(([id]) => id);
    const shown = this.card === null ? [] : [this.card.user];
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

  #show() {
    this.page.show();
    this.watchPeople();
  }
}
