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
    return this.#context.replyTo;
  }

  /** Another room, with what was begun there before a reload or a while ago. @param {number} room */
  open(room) {
    const { keep } = this.#app;
    const typedEarly = this.#room === 0 ? this.#text.value : ""; // before this script ran
    this.#room = room;
    this.#context.clear();
    const draft = keep.draft(room);
    if (typedEarly !== "" && typedEarly !== draft) this.put(draft, typedEarly);
    else this.#show(draft);
    this.#resume();
  }

  /** @param {...string} texts one below the other */
  put(...texts) {
    this.#text.value = texts.filter((text) => text !== "").join("\n");
    this.typed();
  }

  typed() {
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
    this.#app.keep.setReplyTo(this.#room, seq);
    this.#context.set("reply", this.#room, message);
  }

  /** @param {Message} message @param {string} body */
  takeUp(message, body) {
    const { keep } = this.#app;
    keep.setReplyTo(this.#room, null);
    keep.setEdit(this.#room, { seq: message.seq, body });
    this.#context.set("edit", this.#room, message);
    this.#show(body);
  }

  /** It was handed on. */
  clear() {
    this.#dropPurpose();
    this.put();
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
    const { keep, store } = this.#app;
    const replyTo = keep.replyTo(this.#room);
    if (replyTo !== null) this.answer(replyTo);
    const edit = keep.edit(this.#room);
    const message = edit && store.histories.get(this.#room)?.find(edit.seq);
    if (edit && message) this.takeUp(message, edit.body);
  }

  #dropPurpose() {
    this.#app.keep.setReplyTo(this.#room, null);
    this.#app.keep.setEdit(this.#room, null);
    this.#context.clear();
  }

  /** @param {string} text */
  #show(text) {
    this.#text.value = text;
    this.#onChange();
  }
}
