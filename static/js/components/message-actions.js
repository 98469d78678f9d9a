/** What is done with a message, by name: the toolbar, the menu and the keyboard all come here. */

import { addressOf } from "chat/addresses.js";
import { copy } from "chat/clipboard.js";
import { deedsOn } from "chat/permissions.js";
import { refusal } from "chat/refusals.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Deed } from "chat/permissions.js" */
/** @import { Message } from "chat/wire.d.ts" */

export class MessageActions {
  #app;
  /** @type {Record<Deed, (message: Message, near: HTMLElement) => unknown>} */
  #deeds = {
    react: (message, near) => this.#chooseReaction(message, near),
    reply: (message) => this.#app.composer.reply(message.seq),
    edit: (message) => this.edit(message),
    pin: ({ seq }) => this.#setPin("message.pin", seq, "couldnt_pin"),
    unpin: ({ seq }) => this.#setPin("message.unpin", seq, "couldnt_unpin"),
    unread: ({ seq }) => this.#app.timeline.unreadFrom(seq),
    report: (message) => this.#report(message),
    moderate: (message) => this.#moderate(message),
    copy_text: (message) => this.#copy(message.body, "copied_text"),
    copy_link: (message) => this.#copy(this.#linkTo(message), "copied_link"),
    delete: (message) => this.#delete(message),
  };

  /** @param {App} app */
  constructor(app) {
    this.#app = app;
  }

  /** What the reader may do with a message of the open room. @param {number} seq @returns {Set<Deed>} */
  deedsOn(seq) {
    const message = this.#find(seq);
    return message ? this.#allowedOn(message) : new Set();
  }

  /** @param {Deed} name @param {Message} message of the open room */
  mayDo(name, message) {
    return this.#allowedOn(message).has(name);
  }

  /** @param {Deed} name @param {number} seq @param {HTMLElement} near what opens opens beside this */
  do(name, seq, near) {
    const message = this.#find(seq);
    if (!message) return;
    if (this.mayDo(name, message)) this.#deeds[name](message, near);
    else this.#sayClosed(this.#app.view.room);
  }

  /** A button that stands in the message itself. @param {HTMLElement} button @param {number} seq */
  press(button, seq) {
    const { emoji, do: name = "" } = button.dataset;
    if (emoji) return this.react(seq, emoji);
    if (name === "react") return this.do("react", seq, button);
    const { composer, edits, view } = this.#app;
    const message = this.#find(seq);
    if (!message) return;
    if (name === "history") this.#showHistory(message);
    if (name === "save_again") edits.retry(view.room, seq);
    if (name === "drop_edit") edits.drop(view.room, seq);
    if (name === "edit_again") composer.edit(message, edits.drop(view.room, seq) ?? message.body);
  }

  /** Adds one's reaction or takes it back. @param {number} seq @param {string} emoji @param {number} [room] */
  react(seq, emoji, room = this.#app.view.room) {
    const { keep, reactions, store } = this.#app;
    const message = this.#find(seq, room);
    if (!message || !store.me) return;
    if (!this.#allowedOn(message, room).has("react")) return this.#sayClosed(room);
    keep.useEmoji(emoji);
    reactions.toggle(room, message, emoji, store.me.id);
  }

  /** The emoji that this reader is likely to choose. @param {number} count */
  oftenUsed(count) {
    return this.#app.keep.oftenUsed(count);
  }

  /** @param {Message} message */
  edit(message) {
    const { composer, edits, view } = this.#app;
    composer.edit(message, edits.of(view.room, message)?.body ?? message.body);
  }

  /** Takes one's last message up again, if it is among those held. */
  editLast() {
    const { store, view } = this.#app;
    const mine = store.histories.get(view.room)?.messages
      .findLast((message) => this.deedsOn(message.seq).has("edit"));
    if (mine) this.edit(mine);
    return mine !== undefined;
  }

  /**
   * Has the server do something; a refusal is said.
   * @param {string} type
   * @param {Record<string, unknown>} fields
   * @param {string} refused the name of the text that says what was not done
   */
  async act(type, fields, refused) {
    try {
      await this.#app.client.act(type, fields);
      return true;
    } catch (error) {
      this.sayRefused(refused, error);
      return false;
    }
  }

  /** @param {string} refused @param {unknown} error */
  sayRefused(refused, error) {
    this.#app.notice.say(t(refused, { reason: refusal(error) }), { isTrouble: true });
  }

  /** @param {Message} message @param {number} [room] @returns {Set<Deed>} */
  #allowedOn(message, room = this.#app.view.room) {
    const { pace, store } = this.#app;
    const { me } = store;
    const own = store.rooms.get(room);
    if (!own || !me) return new Set();
    const author = store.members.get(room)?.rows.get(message.author ?? 0);
    return deedsOn(message, { room: own, me, mayPost: pace.mayPost(own), role: author?.role });
  }

  /** Where nothing may be said: a key was pressed, or what was still offered as that began. @param {number} room */
  #sayClosed(room) {
    const { notice, pace, store } = this.#app;
    const own = store.rooms.get(room);
    if (!own || pace.mayPost(own)) return;
    const why = own.archived_at === null ? "refused_muted" : "refused_archived";
    notice.say(t(why), { isTrouble: true });
  }

  /** @param {string} type @param {number} seq @param {string} refused */
  #setPin(type, seq, refused) {
    return this.act(type, { room: this.#app.view.room, seq }, refused);
  }

  /** @param {number} seq @param {number} [room] */
  #find(seq, room = this.#app.view.room) {
    return this.#app.store.histories.get(room)?.find(seq);
  }

  // What is chosen later, or comes later, is for the room that was open when it was asked for.

  /** @param {Message} message @param {HTMLElement} near */
  #chooseReaction({ seq }, near) {
    const { room } = this.#app.view;
    this.#app.picker.open(
      near.getBoundingClientRect(),
      (emoji) => this.react(seq, emoji, room),
      () => (near.isConnected ? near : this.#app.timeline.line(seq))?.focus(),
    );
  }

  /** @param {Message} message */
  #linkTo(message) {
    const own = this.#app.store.rooms.get(this.#app.view.room);
    return own ? new URL(addressOf(own, message.seq), location.href).href : "";
  }

  /** @param {string} text @param {string} done */
  async #copy(text, done) {
    const isCopied = await copy(text);
    this.#app.notice.say(t(isCopied ? done : "copy_failed"), { isTrouble: !isCopied });
  }

  /** @param {Message} message */
  #report(message) {
    const { room } = this.#app.view;
    this.#app.late.open(
      () => import("chat/components/report-dialog.js"),
      ({ reportMessage }) => reportMessage(room, message, this.#app),
    );
  }

  /** What its author may do in the room. @param {Message} message */
  #moderate(message) {
    const { store, view } = this.#app;
    const [room, author] = [store.rooms.get(view.room), store.users.get(message.author ?? 0)];
    if (!room || !author) return;
    this.#app.late.open(
      () => import("chat/components/member-dialog.js"),
      ({ memberDialog }) => memberDialog(this.#app, room, author),
    );
  }

  /** @param {Message} message */
  #showHistory(message) {
    const { room } = this.#app.view;
    this.#app.late.open(
      () => import("chat/components/edit-history.js"),
      ({ showEditHistory }) => showEditHistory(room, message, this.#app),
    );
  }

  /** @param {Message} message */
  #delete(message) {
    const { room } = this.#app.view;
    this.#app.late.open(
      () => import("chat/components/deletion.js"),
      async ({ confirmDeletion }) => {
        if (await confirmDeletion(message, this.#app)) this.#deleteFrom(room, message);
      },
    );
  }

  /** @param {number} room @param {Message} message */
  async #deleteFrom(room, { seq }) {
    const line = this.#app.timeline.line(seq);
    line?.classList.add("is-leaving");
    const isDone = await this.act("message.delete", { room, seq }, "couldnt_delete");
    if (!isDone) line?.classList.remove("is-leaving");
  }
}
