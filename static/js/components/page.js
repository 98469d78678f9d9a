/** The parts of the page that nobody but the page itself speaks to: made, connected, and drawn together. */

import { AccountMenu } from "chat/components/account-menu.js";
import { Badge } from "chat/components/badge.js";
import { Banner } from "chat/components/banner.js";
import { BlockNotice } from "chat/components/block-notice.js";
import { FileDrop } from "chat/components/file-drop.js";
import { Jump } from "chat/components/jump.js";
import { LevelMenu } from "chat/components/level-menu.js";
import { Notifier } from "chat/components/notifier.js";
import { Openers } from "chat/components/openers.js";
import { PeopleList } from "chat/components/people-list.js";
import { RoomList } from "chat/components/room-list.js";
import { SearchOpener } from "chat/components/search-opener.js";
import { ShortcutKeys } from "chat/components/shortcut-keys.js";
import { TextActions } from "chat/components/text-actions.js";
import { TrayOpener } from "chat/components/tray-opener.js";
import { TypingLine } from "chat/components/typing-line.js";
import { Resident } from "chat/late.js";
import { unreadCount } from "chat/people.js";
import { byId, channel, clock } from "chat/platform.js";

/** @import { App } from "chat/app.js" */
/** @import { State } from "chat/socket.js" */
/** @import { Start } from "chat/wire.d.ts" */

export class Page {
  #app;

  /** @param {App} app @param {Start} start */
  constructor(app, start) {
    this.#app = app;
    const form = /** @type {HTMLFormElement} */ (byId("composer"));
    const name = `chat-notices-${start.welcome.me.user.id}`;
    this.roomList = new RoomList(byId("room-list"), app);
    this.jump = new Jump(byId("jump"), byId("jump-back"), {
      toEnd: () => app.toEnd(),
      toNew: () => app.timeline.toNew(),
    });
    this.levels = new LevelMenu(byId("levels"), app);
    this.notifier = new Notifier(app, { name, channel: channel(name), clock });
    this.badge = new Badge(start.site, app);
    this.people = new PeopleList(byId("people"), app);
    this.search = new SearchOpener(byId("search"), byId("search-opener"), app);
    this.typingLine = new TypingLine(form, app);
    this.account = new AccountMenu(byId("account-menu"), app);
    this.blockNotice = new BlockNotice(byId("composer-blocked"), app);
    this.tray = new TrayOpener(form, app);
    this.who = new Resident(
      app.late,
      () => import("chat/components/who.js"),
      ({ Who }) => new Who(byId("timeline")),
    );
    this.fileDrop = new FileDrop(byId("room"), byId("file-drop"), {
      isOpen: () => !form.hidden,
      onFiles: (files) => app.composer.addFiles(files),
    });
    this.banner = new Banner(byId("banner"), {
      retry: () => app.socket.retryNow(),
      reload: () => location.reload(),
      resume: () => app.socket.start(),
      away: (isAway) => {
        app.composer.setAway(isAway);
        app.frame.setAway(isAway);
      },
    });
  }

  connect() {
    const { frame, navigation, head, timeline, composer, notice } = this.#app;
    const { roomList, jump, people, banner, typingLine, account, tray, fileDrop } = this;
    const { badge, levels, notifier, search, blockNotice } = this;
    const first = [frame, navigation, roomList, head, timeline, jump, people, composer, banner];
    const more = [typingLine, account, tray, fileDrop, badge, levels, notifier, search];
    const openers = [new Openers(this.#app), new TextActions(notice)];
    // What lies on top of others hears a key before the shortcuts do.
    const last = [blockNotice, this.who, ...openers, new ShortcutKeys(this.#app)];
    for (const part of [...first, ...more, ...last]) part.connect();
  }

  /** One is somewhere else now. */
  show() {
    const { frame, view, head, composer } = this.#app;
    const { roomList, people, typingLine, tray, badge, levels, search, blockNotice } = this;
    frame.show(view.pane);
    const first = [roomList, head, people, composer, typingLine, tray, badge, levels, search];
    for (const part of [...first, blockNotice]) part.update();
  }

  presenceChanged() {
    for (const part of [this.roomList, this.people, this.account, this.#app.card]) part?.update();
  }

  typingChanged() {
    this.typingLine.update();
  }

  uploadsChanged() {
    this.tray.update();
    this.#app.composer.filesChanged();
  }

  /** @param {State} state */
  connectionChanged(state) {
    this.banner.update(state);
    this.search.connectionChanged();
    this.people.connectionChanged();
  }

  /** The timeline was drawn or scrolled. */
  timelineMoved() {
    const { store, view, timeline } = this.#app;
    const own = store.rooms.get(view.room);
    const { isAtEnd, isNewAbove } = timeline;
    this.jump.update({ isAtEnd, isNewAbove, unread: own ? unreadCount(own) : 0 });
  }
}
