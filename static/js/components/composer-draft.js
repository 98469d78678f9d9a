/** What is written, for the room it is written in: a draft, an answer, or a message taken up again. All of it is kept. */

import { ComposerContext } from "chat/components/composer-context.js";

/** @import { App } from "chat/app.js" */
/** @import { Message } from "chat/wire.d.ts" */

export class ComposerDraft {
  #app;
  #text;
  #context;
  #onChange;
  #room = 0;
  /** Something was written since the room was opened. */
  #isTouched = false;
  /** What the message said that is edited. */
  #taken = "";

  /**
   * @param {HTMLTextAreaElement} text
   * @param {HTMLElement} context where it is said what the words are for
   * @param {App} app
   * @param {() => void} onChange
   */
  constructor(text, context, app, onChange) {
    this.#app = app;
    this.#text = text;
    this.#context = new ComposerContext(context, app);
    this.#onChange = onChange;
  }

  /** The message that the words replace, or the one that they answer. */
  get purpose() {
    return this.#context.purpose;
  }

  get isEditing() {
    return this.#context.isEditing;
  }

  get replyTo() {
    if (this.isEditing) return null;
    // After a reload the message may not have come yet.
    return this.#context.replyTo ?? this.#app.keep.replyTo(this.#room);
  }

  /** Another room, with what was begun there before a reload or a while ago. @param {number} room */
  open(room) {
    const { keep } = this.#app;
    const typedEarly = this.#room === 0 ? this.#text.value : ""; // before this script ran
    this.#room = room;
    this.#isTouched = false;
    this.#context.clear();
    const draft = keep.draft(room);
    if (typedEarly !== "" && typedEarly !== draft) this.put(draft, typedEarly);
    else this.#show(draft);
    this.#resume();
  }

  /** The message that something was begun about may have come only now, or have changed. */
  update() {
    const { purpose } = this;
    if (purpose === null) return this.#resume();
    const message = this.#app.store.histories.get(this.#room)?.find(purpose.seq);
    if (!message || this.#context.tells(message)) return;
    if (message.deleted_at === null) this.#context.set(purpose.kind, this.#room, message);
    else this.#outlive();
  }

  /**
   * What was to be said comes back to where it was to be said; before what has been written since.
   * @param {number} room
   * @param {string} text
   * @param {number | null} replyTo
   * @returns {boolean} whether that is here
   */
  takeBack(room, text, replyTo) {
    if (room === this.#room) {
      this.#leave(); // an answer to another message these words are not
      if (replyTo !== null) this.answer(replyTo);
      this.put(text, this.#text.value);
      return true;
    }
    const { keep } = this.#app;
    keep.setDraft(room, joined([text, keep.draft(room)]));
    keep.setReplyTo(room, replyTo);
    return false;
  }

  /** @param {...string} texts one below the other */
  put(...texts) {
    this.#text.value = joined(texts);
    this.typed();
  }

  typed() {
    this.#isTouched = true;
    const { value } = this.#text;
    const { keep } = this.#app;
    if (this.purpose?.kind === "edit") {
      keep.setEdit(this.#room, { seq: this.purpose.seq, body: value });
    } else keep.setDraft(this.#room, value);
    this.#onChange();
  }

  /** @param {number} seq */
  answer(seq) {
    const message = this.#app.store.histories.get(this.#room)?.find(seq);
    if (!message) return;
    if (message.deleted_at !== null) return this.#app.keep.setReplyTo(this.#room, null);
    if (this.isEditing) this.#leave();
    this.#app.keep.setReplyTo(this.#room, seq);
    this.#context.set("reply", this.#room, message);
  }

  /** @param {Message} message @param {string} body */
  takeUp(message, body) {
    const { keep } = this.#app;
    const { seq } = message;
    this.#leave();
    const words = keep.leftEdit(this.#room, seq) ?? body;
    keep.setLeftEdit(this.#room, seq, null);
    keep.setReplyTo(this.#room, null);
    keep.setEdit(this.#room, { seq, body: words });
    this.#taken = message.body;
    this.#context.set("edit", this.#room, message);
    this.#show(words);
  }

  /** It was handed on. */
  clear() {
    this.#dropPurpose();
    this.put();
  }

  /** The edit is on its way, and kept until it has arrived. */
  handOver() {
    this.#context.clear();
    this.#show(this.#app.keep.draft(this.#room));
  }

  /** Back to saying something new, to nobody in particular. */
  cancel() {
    const wasEditing = this.isEditing;
    this.#dropPurpose();
    if (wasEditing) this.#show(this.#app.keep.draft(this.#room));
  }

  /** Another tab's words are shown here as long as there are none of this one's. @param {string | null} key */
  writtenElsewhere(key) {
    const { keep } = this.#app;
    if (!keep.isDraftOf(key, this.#room) || keep.isOwnDraft(this.#room)) return;
    if (!this.isEditing) this.#show(keep.draft(this.#room));
  }

  #resume() {
    const { keep, store, edits } = this.#app;
    const replyTo = keep.replyTo(this.#room);
    if (replyTo !== null) this.answer(replyTo);
    const edit = keep.edit(this.#room);
    const message = edit && store.histories.get(this.#room)?.find(edit.seq);
    if (!edit || !message || edits.of(this.#room, message)) return; // that one is on its way
    if (this.#isTouched && this.#text.value !== "") return; // it waits for what is being written
    if (message.deleted_at === null) this.takeUp(message, edit.body);
    else keep.setEdit(this.#room, null);
  }

  /** An edit that is left for something else is found again when its message is taken up. */
  #leave() {
    const { purpose } = this;
    const { value } = this.#text;
    if (purpose?.kind === "edit" && value !== this.#taken) {
      this.#app.keep.setLeftEdit(this.#room, purpose.seq, value);
    }
    this.cancel();
  }

  /** The message is gone; the words are not. */
  #outlive() {
    const words = this.isEditing ? this.#text.value : "";
    this.cancel();
    if (words !== "") this.put(this.#text.value, words);
  }

  #dropPurpose() {
    this.#app.keep.setReplyTo(this.#room, null);
    // An edit that is on its way, or whose message has not come, is not this one's to forget.
    if (this.isEditing) this.#app.keep.setEdit(this.#room, null);
    this.#context.clear();
  }

  /** @param {string} text */
  #show(text) {
    this.#text.value = text;
    this.#onChange();
  }
}

/** @param {string[]} texts */
function joined(texts) {
  return texts.filter((text) => text !== "").join("\n");
}
