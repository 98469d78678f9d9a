/** Where one writes. It is never disabled: what cannot be sent now waits in the outbox. Only a ban closes it. */

import { addressOf } from "chat/addresses.js";
import { blockedPartner } from "chat/blocks.js";
import { CompletionOpener } from "chat/components/completion-opener.js";
import { ComposerDraft } from "chat/components/composer-draft.js";
import { takeFiles } from "chat/components/composer-files.js";
import { ComposerFormat } from "chat/components/composer-format.js";
import { ComposerLine } from "chat/components/composer-line.js";
import { offerEmoji } from "chat/components/emoji-opener.js";
import { part } from "chat/components/markup.js";
import { DueDrafts } from "chat/due-drafts.js";
import { Composition } from "chat/ime.js";
import { mayArchive } from "chat/may.js";
import { roomTitle } from "chat/people.js";
import { bodyLimit, bodyOf, lengthOf, sendKept } from "chat/sending.js";
import { isolated, isolatedIfTurning, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Kind } from "chat/formatting.js" */
/** @import { Message, OwnRoom } from "chat/wire.d.ts" */

export class Composer {
  #app;
  #form;
  #text;
  #closed;
  #draft;
  #line;
  #format;
  #completion;
  #composition = new Composition();
  #ending = new AbortController();
  #due;
  #room = 0;

  /** @param {HTMLFormElement} form @param {HTMLElement} closed what stands there in an archived room @param {App} app */
  constructor(form, closed, app) {
    this.#app = app;
    this.#form = form;
    this.#closed = closed;
    this.#text = /** @type {HTMLTextAreaElement} */ (part(form, "textarea"));
    const context = part(form, ".composer-context");
    this.#draft = new ComposerDraft(this.#text, context, app, () => this.#changed());
    this.#line = new ComposerLine(form, app);
    this.#format = new ComposerFormat(form, app);
    this.#due = new DueDrafts({
      uploads: app.uploads,
      send: (room) => this.#filesThere(room),
      onStuck: (room) => this.#sayStuck(room),
    });
    const offers = part(form, ".completion");
    this.#completion = new CompletionOpener(this.#text, offers, this.#composition, app);
  }

  connect() {
    const { signal } = this.#ending;
    const text = this.#text;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.update()));
    text.required = false; // the browser's bubble is for those without scripts
    text.enterKeyHint = this.#app.keyboard.enterSends ? "send" : "enter";
    this.#composition.listen(text, signal);
    this.#completion.connect();
    text.addEventListener("input", () => this.#draft.typed(), { signal });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    }, { signal });
    part(this.#form, ".composer-context button").addEventListener("click", () => this.#cancel(), {
      signal,
    });
    addEventListener("storage", ({ key }) => this.#draft.writtenElsewhere(key), { signal });
    offerEmoji(this.#form, text, this.#app, signal);
    takeFiles(this.#form, (files) => this.addFiles(files), signal);
    this.#format.connect(signal);
    // The button must not take the focus away: on phones that would close the keyboard.
    part(this.#form, ".composer__send").addEventListener("pointerdown", (event) => {
      event.preventDefault();
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
    this.#line.disconnect();
    this.#completion.disconnect();
  }

  /** Follows the open room: its name, its draft, whether it may be written in. */
  update() {
    const own = this.#app.store.rooms.get(this.#app.view.room);
    if (!own) {
      this.#form.hidden = this.#closed.hidden = true; // nothing left to write to
      return;
    }
    this.#name(own);
    this.#openOrClose(own);
    if (this.#room !== own.id) this.#enter(own);
    else this.#draft.update();
    this.sayWhatWaits();
  }

  /**
   * Puts a text back to be edited, before what has been written since.
   * @param {number} room the one it was to be said in
   * @param {string} text
   * @param {number | null} replyTo
   */
  compose(room, text, replyTo) {
    if (!this.#draft.takeBack(room, text, replyTo)) return;
    this.focus();
  }

  /** Has what is written next answer a message. @param {number} seq */
  reply(seq) {
    this.#draft.answer(seq);
    this.focus();
  }

  /** Takes a message up again; what was being written waits until that is done. @param {Message} message @param {string} body */
  edit(message, body) {
    this.#draft.takeUp(message, body);
    this.focus();
  }

  /** Where nothing is written, one's last message. @returns {boolean} whether there was one to take up */
  editLast() {
    const isFree = this.#text.value === "" && !this.#draft.isEditing;
    return isFree && this.#app.actions.editLast();
  }

  /** @param {Kind} kind */
  format(kind) {
    this.#format.apply(kind);
  }

  /** Leaves what it is busy with beside plain writing. @returns {boolean} whether there was anything */
  dismiss() {
    if (this.#draft.purpose === null) return this.#format.closePreview();
    this.#cancel();
    return true;
  }

  send() {
    const body = this.#body;
    if (lengthOf(body) > this.#limit || this.#isMuted) return;
    if (this.#draft.isEditing) return body === "" ? undefined : this.#save(body);
    if ((body === "" && !this.#hasFiles) || this.#isPaused) return;
    const isWaiting = this.#due.wait(this.#room);
    this.sayWhatWaits();
    if (isWaiting) return;
    this.#app.send(body, this.#draft.replyTo); // first: from here on the outbox keeps it
    this.#draft.clear();
    this.#text.focus();
  }

  /** @param {boolean} isAway whether there is no connection, for long enough to be worth a word */
  setAway(isAway) {
    this.#line.setAway(isAway);
  }

  /** What becomes of what is written while it cannot leave. */
  sayWhatWaits() {
    this.#line.say(this.#room, this.#due.has(this.#room));
  }

  /** @param {Iterable<File>} files */
  addFiles(files) {
    this.#app.uploads.add(this.#room, files);
    this.focus();
  }

  /** The files of what is written came, went, or got further. */
  filesChanged() {
    this.#tellEmpty();
    this.#due.filesChanged();
  }

  focus() {
    this.#text.focus();
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
  }

  get hasFocus() {
    return document.activeElement === this.#text;
  }

  /** Whether it can be seen: on a small screen another pane may cover it. */
  get isVisible() {
    return this.#text.checkVisibility({ visibilityProperty: true, checkVisibilityCSS: true });
  }

  /** What would be sent. */
  get #body() {
    return bodyOf(this.#text.value, this.#app);
  }

  get #hasFiles() {
    return this.#app.uploads.of(this.#room).some(({ state }) => state !== "failed");
  }

  get #isPaused() {
    const own = this.#app.store.rooms.get(this.#room);
    return own !== undefined && this.#app.pace.left(own) > 0;
  }

  get #isMuted() {
    const own = this.#app.store.rooms.get(this.#room);
    return own !== undefined && this.#app.pace.muted(own) > 0;
  }

  get #limit() {
    return bodyLimit(this.#app);
  }

  /** @param {OwnRoom} own */
  #name(own) {
    const { store } = this.#app;
    const title = isolatedIfTurning(roomTitle(own, store.me, store.users));
    const label = t("placeholder", { room: own.kind === "public" ? `#${title}` : title });
    if (this.#text.placeholder === label) return;
    this.#text.placeholder = label;
    part(this.#form, "label").textContent = label;
  }

  /** @param {OwnRoom} own */
  #openOrClose(own) {
    const { store, socket } = this.#app;
    const { state } = socket;
    const isBanned = state.name === "stopped" && state.reason === "banned";
    const partner = blockedPartner(own, store.me?.id, store.blocked);
    this.#form.hidden = own.archived_at !== null || isBanned || partner !== null;
    this.#closed.hidden = own.archived_at === null;
    part(this.#closed, "button").hidden = !mayArchive(own);
  }

  /** @param {OwnRoom} own */
  #enter(own) {
    this.#room = own.id;
    this.#form.action = addressOf(own);
    this.#form.querySelector(".composer__refusal")?.remove();
    this.#draft.open(own.id);
  }

  /** What was to leave with its files leaves, whatever is written here by now. @param {number} room */
  #filesThere(room) {
    this.sayWhatWaits();
    if (room === this.#room && !this.#draft.isEditing) return this.send();
    if (!sendKept(this.#app, room)) this.#sayStuck(room);
  }

  /** In the open room one sees it. @param {number} room */
  #sayStuck(room) {
    this.sayWhatWaits();
    const { notice, store } = this.#app;
    const own = store.rooms.get(room);
    if (room === this.#room || !own) return;
    const title = isolated(roomTitle(own, store.me, store.users));
    notice.say(t("upload_stuck", { room: title }), { isTrouble: true });
  }

  #cancel() {
    this.#draft.cancel();
    this.focus();
  }

  /** @param {string} body */
  #save(body) {
    const { purpose } = this.#draft;
    this.#app.typing.stopped();
    if (purpose) this.#app.edits.save(purpose.room, purpose.seq, body);
    this.#draft.handOver();
    this.focus();
  }

  #changed() {
    this.#completion.follow();
    this.#tellEmpty();
    this.#grow();
    const body = this.#body;
    this.#line.count(lengthOf(body), this.#limit);
    this.#format.update(this.#room, body);
  }

  #tellEmpty() {
    const isEmpty = this.#text.value.trim() === "" && !this.#hasFiles;
    this.#form.classList.toggle("is-empty", isEmpty);
  }

  /** Where the browser does not do it (`field-sizing: content`). */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#text.style.blockSize = "auto";
    this.#text.style.blockSize = `${this.#text.scrollHeight}px`;
  }
}
