/** Where one writes. It is never disabled: what cannot be sent now waits in the outbox. Only a ban closes it. */

import { addressOf } from "chat/addresses.js";
import { blockedPartner } from "chat/blocks.js";
import { Completion } from "chat/components/completion.js";
import { ComposerContext } from "chat/components/composer-context.js";
import { filesOf } from "chat/components/file-drop.js";
import { part } from "chat/components/markup.js";
import { Composition } from "chat/ime.js";
import { mayArchive } from "chat/may.js";
import { countdown } from "chat/pace.js";
import { roomTitle } from "chat/people.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Message, OwnRoom } from "chat/wire.d.ts" */

const COUNT_FROM = 500; // characters left from which on they are counted

export class Composer {
  #app;
  #form;
  #text;
  #counter;
  #closed;
  #hint;
  #isAway = false;
  #composition = new Composition();
  #ending = new AbortController();
  #room = 0;
  #isDue = false; // what is written is sent as soon as its files are there
  #ticker = 0;
  #context;
  #completion;

  /** @param {HTMLFormElement} form @param {HTMLElement} closed what stands there in an archived room @param {App} app */
  constructor(form, closed, app) {
    this.#app = app;
    this.#form = form;
    this.#closed = closed;
    this.#text = /** @type {HTMLTextAreaElement} */ (part(form, "textarea"));
    this.#counter = part(form, ".composer__counter");
    this.#hint = part(form, ".composer__hint");
    this.#context = new ComposerContext(part(form, ".composer-context"), app);
    const offers = part(form, ".completion");
    this.#completion = new Completion(this.#text, offers, this.#composition, app);
  }

  connect() {
    const { signal } = this.#ending;
    const text = this.#text;
    signal.addEventListener("abort", this.#app.redraw.subscribe(() => this.update()));
    text.required = false; // the browser's bubble is for those without scripts
    text.enterKeyHint = isTouch() ? "enter" : "send";
    this.#completion.connect();
    text.addEventListener("input", () => this.#typed(), { signal });
    text.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    text.addEventListener("compositionstart", () => this.#composition.start(), { signal });
    text.addEventListener("compositionend", (event) => this.#composition.end(event.timeStamp), {
      signal,
    });
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    }, { signal });
    part(this.#form, ".composer-context button").addEventListener("click", () => this.#cancel(), {
      signal,
    });
    const emoji = /** @type {HTMLButtonElement} */ (part(this.#form, ".composer__emoji"));
    emoji.disabled = false; // it was of no use before there were scripts
    emoji.addEventListener("click", () => this.#chooseEmoji(emoji), { signal });
    addEventListener("storage", ({ key }) => this.#draftedElsewhere(key), { signal });
    this.#takeFiles(signal);
    // The button must not take the focus away: on phones that would close the keyboard.
    part(this.#form, ".composer__send").addEventListener(
      "pointerdown",
      (event) => event.preventDefault(),
      {
        signal,
      },
    );
  }

  disconnect() {
    this.#ending.abort();
    clearTimeout(this.#ticker);
    this.#completion.disconnect();
  }

  /** Follows the open room: its name, its draft, whether it may be written in. */
  update() {
    const { store, view, keep } = this.#app;
    const own = store.rooms.get(view.room);
    if (!own) {
      this.#form.hidden = this.#closed.hidden = true; // nothing left to write to
      return;
    }
    const title = roomTitle(own, store.me, store.users);
    const label = t("placeholder", { room: own.kind === "public" ? `#${title}` : title });
    if (this.#text.placeholder !== label) {
      this.#text.placeholder = label;
      part(this.#form, "label").textContent = label;
    }
    const { state } = this.#app.socket;
    const isBanned = state.name === "stopped" && state.reason === "banned";
    const partner = blockedPartner(own, store.me?.id, store.blocked);
    this.#form.hidden = own.archived_at !== null || isBanned || partner !== null;
    this.#closed.hidden = own.archived_at === null;
    part(this.#closed, "button").hidden = !mayArchive(own);
    this.#noteLastPost(own);
    this.sayWhatWaits();
    if (this.#room === own.id) return;
    this.#isDue = false;
    const typedEarly = this.#room === 0 ? this.#text.value : ""; // before this script ran
    this.#room = own.id;
    this.#context.clear();
    this.#form.action = addressOf(own);
    this.#form.querySelector(".composer__refusal")?.remove();
    const draft = keep.draft(own.id);
    if (typedEarly !== "" && typedEarly !== draft) this.#put(draft, typedEarly);
    else this.#show(draft);
    this.#resume();
    this.sayWhatWaits();
  }

  /** Puts a text back to be edited, before what has been written since. @param {string} text @param {number | null} replyTo */
  compose(text, replyTo) {
    if (this.#context.isEditing) this.#cancel();
    if (replyTo !== null) this.#answer(replyTo);
    this.#put(text, this.#text.value);
    this.focus();
  }

  /** Has what is written next answer a message. @param {number} seq */
  reply(seq) {
    if (this.#context.isEditing) this.#cancel();
    this.#answer(seq);
    this.focus();
  }

  /** Takes a message up again; what was being written waits until that is done. @param {Message} message @param {string} body */
  edit(message, body) {
    this.#takeUp(message, body);
    this.focus();
  }

  /** @param {boolean} isAway whether there is no connection, for long enough to be worth a word */
  setAway(isAway) {
    this.#isAway = isAway;
    this.sayWhatWaits();
  }

  /** What becomes of what is written while there is no connection. */
  sayWhatWaits() {
    const count = this.#app.outbox.of(this.#room)
      .filter(({ state }) => state === "waiting" || state === "sending").length;
    const away = count > 0 ? t("waiting", { n: count }) : t("away");
    const rest = this.#isAway ? away : this.#sayPace();
    const text = this.#isDue ? t("upload_waits") : rest;
    if (this.#hint.textContent !== text) this.#hint.textContent = text;
  }

  /** Counts down to when one may write again, where there is slow mode. */
  #sayPace() {
    clearTimeout(this.#ticker);
    const own = this.#app.store.rooms.get(this.#room);
    const left = own ? this.#app.pace.left(own) : 0;
    this.#form.classList.toggle("is-paused", left > 0);
    if (left === 0) return "";
    this.#ticker = window.setTimeout(() => this.sayWhatWaits(), left % 1_000 || 1_000);
    return t("slow_mode", { time: countdown(left) });
  }

  /** What one wrote before this page was loaded counts, too. @param {OwnRoom} own */
  #noteLastPost(own) {
    if (own.slow_mode === 0) return;
    const { store, pace } = this.#app;
    const last = store.histories.get(own.id)?.messages
      .findLast(({ author, kind }) => author === store.me?.id && kind === "text");
    if (last) pace.posted(own.id, Date.parse(last.at));
  }

  /** @param {Iterable<File>} files */
  addFiles(files) {
    this.#app.uploads.add(this.#room, files);
    this.focus();
  }

  /** The files of what is written came, went, or got further. */
  filesChanged() {
    this.#tellEmpty();
    const { uploads } = this.#app;
    if (!this.#isDue || uploads.isBusy(this.#room)) return;
    this.#isDue = false;
    this.sayWhatWaits();
    // One that failed meanwhile is not left behind unasked.
    if (uploads.of(this.#room).every(({ state }) => state === "done")) this.#send();
  }

  focus() {
    this.#text.focus();
    this.#text.setSelectionRange(this.#text.value.length, this.#text.value.length);
  }

  get #isPaused() {
    const own = this.#app.store.rooms.get(this.#room);
    return own !== undefined && this.#app.pace.left(own) > 0;
  }

  get #limit() {
    return this.#app.store.server?.limits.body ?? Infinity;
  }

  /** @param {...string} texts one below the other */
  #put(...texts) {
    this.#text.value = texts.filter((text) => text !== "").join("\n");
    this.#typed();
  }

  /** @param {string} text */
  #show(text) {
    this.#text.value = text;
    this.#changed();
  }

  #typed() {
    const { value } = this.#text;
    const { purpose } = this.#context;
    if (purpose?.kind === "edit") {
      this.#app.keep.setEdit(this.#room, { seq: purpose.seq, body: value });
    } else this.#app.keep.setDraft(this.#room, value);
    this.#changed();
  }

  /** @param {HTMLElement} beside */
  #chooseEmoji(beside) {
    const insert = (/** @type {string} */ emoji) => this.#completion.insert(emoji);
    this.#app.picker.open(beside.getBoundingClientRect(), insert, () => this.#text.focus());
  }

  /** @param {number} seq */
  #answer(seq) {
    const message = this.#app.store.histories.get(this.#room)?.find(seq);
    if (!message) return;
    this.#app.keep.setReplyTo(this.#room, seq);
    this.#context.set("reply", this.#room, message);
  }

  /** @param {Message} message @param {string} body */
  #takeUp(message, body) {
    const { keep } = this.#app;
    keep.setReplyTo(this.#room, null);
    keep.setEdit(this.#room, { seq: message.seq, body });
    this.#context.set("edit", this.#room, message);
    this.#show(body);
  }

  /** What was begun before a reload or in another room, and what it is for. */
  #resume() {
    const { keep, store } = this.#app;
    const replyTo = keep.replyTo(this.#room);
    if (replyTo !== null) this.#answer(replyTo);
    const edit = keep.edit(this.#room);
    const message = edit && store.histories.get(this.#room)?.find(edit.seq);
    if (edit && message) this.#takeUp(message, edit.body);
  }

  #dropContext() {
    this.#app.keep.setReplyTo(this.#room, null);
    this.#app.keep.setEdit(this.#room, null);
    this.#context.clear();
  }

  /** Back to saying something new, to nobody in particular. */
  #cancel() {
    const wasEditing = this.#context.isEditing;
    this.#dropContext();
    if (wasEditing) this.#show(this.#app.keep.draft(this.#room));
    this.focus();
  }

  /** Another tab's words are shown here as long as there are none of this one's. @param {string | null} key */
  #draftedElsewhere(key) {
    const { keep } = this.#app;
    if (!keep.isDraftOf(key, this.#room) || keep.isOwnDraft(this.#room)) return;
    if (this.#context.isEditing) return;
    this.#show(keep.draft(this.#room));
  }

  #changed() {
    const { value } = this.#text;
    this.#tellEmpty();
    this.#grow();
    this.#count([...value.trim()].length);
  }

  #tellEmpty() {
    const isEmpty = this.#text.value.trim() === "" && !this.#hasFiles;
    this.#form.classList.toggle("is-empty", isEmpty);
  }

  get #hasFiles() {
    return this.#app.uploads.of(this.#room).some(({ state }) => state !== "failed");
  }

  /** By the button and from the clipboard; by dropping: file-drop.js. @param {AbortSignal} signal */
  #takeFiles(signal) {
    const button = part(this.#form, ".composer__attach");
    const input = /** @type {HTMLInputElement} */ (part(this.#form, ".composer__files"));
    button.hidden = false;
    button.addEventListener("click", () => input.click(), { signal });
    input.addEventListener("change", () => {
      this.addFiles([...input.files ?? []]);
      input.value = ""; // the same file may be chosen again
    }, { signal });
    this.#text.addEventListener("paste", (event) => {
      const { clipboardData } = event;
      if (!clipboardData) return;
      // A table comes as text, as markup and as a picture of it: then the words are meant. A file may come with
      // its name as text, a picture with the markup that showed it.
      const { types } = clipboardData;
      if (types.includes("text/plain") && types.includes("text/html")) return;
      const files = filesOf(clipboardData);
      if (files.length === 0) return;
      event.preventDefault();
      this.addFiles(files);
    }, { signal });
  }

  /** Where the browser does not do it (`field-sizing: content`). */
  #grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.#text.style.blockSize = "auto";
    this.#text.style.blockSize = `${this.#text.scrollHeight}px`;
  }

  /** @param {number} length in code points, as the server counts */
  #count(length) {
    const left = this.#limit - length;
    const text = left > COUNT_FROM
      ? ""
      : left >= 0
      ? t("characters_left", { n: left })
      : t("characters_over", { n: -left });
    if (this.#counter.textContent !== text) this.#counter.textContent = text;
    this.#counter.classList.toggle("is-over", left < 0);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (this.#composition.owns(event)) return;
    if (event.key === "Escape" && this.#context.purpose !== null) {
      event.preventDefault();
      return this.#cancel();
    }
    if (event.key === "ArrowUp" && this.#text.value === "" && !this.#context.isEditing) {
      if (this.#app.actions.editLast()) event.preventDefault();
      return;
    }
    if (event.key !== "Enter") return;
    if (event.shiftKey || event.altKey) return;
    const isForced = event.ctrlKey || event.metaKey;
    if (isTouch() && !isForced) return;
    event.preventDefault();
    if (!event.repeat) this.#send();
  }

  #send() {
    const typed = this.#text.value.replace(/^\s*\n|\s+$/g, "");
    const body = this.#app.picker.names?.replaceCodes(typed) ?? typed;
    if ([...body].length > this.#limit) return;
    if (this.#context.isEditing) return body === "" ? undefined : this.#save(body);
    if ((body === "" && !this.#hasFiles) || this.#isPaused) return;
    this.#isDue = this.#app.uploads.isBusy(this.#room);
    this.sayWhatWaits();
    if (this.#isDue) return;
    this.#app.send(body, this.#context.replyTo); // first: from here on the outbox keeps it
    this.#dropContext();
    this.#text.value = "";
    this.#typed();
    this.#text.focus();
  }

  /** @param {string} body */
  #save(body) {
    const { purpose } = this.#context;
    if (purpose) this.#app.edits.save(purpose.room, purpose.seq, body);
    this.#cancel();
  }
}

/** Whether Enter is a key of a keyboard on glass, where a new line is wanted more often than not. */
function isTouch() {
  return matchMedia("(pointer: coarse) and (hover: none)").matches;
}
