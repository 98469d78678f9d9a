/** The files of the message that is being written: each with how far it is, and a way to be rid of it. */

import { sizeText, sortOf } from "chat/attachments.js";
import { clone, keepIf, part, reconcile } from "chat/components/markup.js";
import { has, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Upload } from "chat/uploads.js" */

export class Tray {
  #app;
  #list;
  #told;
  #ending = new AbortController();
  /** @type {Map<string, string>} addresses of what only this page has, by upload */
  #previews = new Map();
  /** @type {Set<string>} uploads whose failure was said */
  #said = new Set();

  /** @param {HTMLElement} element @param {App} app */
  constructor(element, app) {
    this.#app = app;
    this.#list = part(element, ".tray__files");
    this.#told = part(element, ".tray__told");
  }

  connect() {
    const { signal } = this.#ending;
    this.#list.addEventListener("click", (event) => this.#clicked(event), { signal });
    this.update(); // there are files by now, perhaps
  }

  disconnect() {
    this.#ending.abort();
    this.#drop([]);
  }

  update() {
    const uploads = [...this.#app.uploads.of(this.#app.view.room)];
    const { firstElementChild: first, childElementCount: before } = this.#list;
    reconcile(this.#list, uploads, {
      key: ({ key }) => key,
      signature: ({ state, reason, name }) => [state, reason, name].join(),
      build: (upload) => this.#build(upload),
    });
    const isMore = first !== null && this.#list.contains(first) && uploads.length > before;
    if (isMore) this.#list.lastElementChild?.scrollIntoView({ block: "nearest" });
    for (const { key, progress, state } of uploads) {
      if (state === "sending") this.#progress(key, progress);
    }
    this.#drop(uploads);
    this.#sayFailures(uploads);
  }

  /** @param {Upload} upload */
  #build(upload) {
    const { key, name, size, state } = upload;
    const element = clone("upload");
    element.dataset.key = key;
    element.classList.add(`is-${state}`);
    this.#fillPreview(element, upload);
    const label = part(element, ".upload__name");
    label.textContent = label.title = name;
    part(element, ".upload__state").textContent = state === "failed"
      ? reasonOf(upload)
      : sizeText(size, this.#app.format);
    const bar = keepIf(element, "progress", state === "sending" || state === "waiting");
    bar?.setAttribute("aria-label", name);
    keepIf(element, '[data-do="retry"]', this.#app.uploads.canRetry(upload));
    part(element, '[data-do="cancel"] .spoken').textContent = t("upload_remove", { name });
    return element;
  }

  /** @param {HTMLElement} element @param {Upload} upload */
  #fillPreview(element, upload) {
    const address = this.#previewOf(upload);
    const image = keepIf(element, "img", address !== "");
    if (image instanceof HTMLImageElement) image.src = address;
    const sort = upload.attachment ? sortOf(upload.attachment) : guess(upload.source?.type ?? "");
    for (const icon of element.querySelectorAll("[data-sort]")) {
      if (!(icon instanceof HTMLElement)) continue;
      if (address !== "" || icon.dataset.sort !== sort) icon.remove();
    }
  }

  /** @param {Upload} upload */
  #previewOf({ key, source, attachment }) {
    const held = this.#previews.get(key);
    if (held) return held;
    if (attachment?.width) return attachment.thumb ?? attachment.url;
    const isPicture = source instanceof File &&
      /^image\/(png|jpeg|gif|webp|avif)$/.test(source.type);
    if (!isPicture) return "";
    const made = URL.createObjectURL(source);
    this.#previews.set(key, made);
    return made;
  }

  /** @param {string} key @param {number} progress */
  #progress(key, progress) {
    const bar = this.#list.querySelector(`[data-key="${key}"] progress`);
    if (bar instanceof HTMLProgressElement) bar.value = progress;
  }

  /** Lets go of the pictures of all other uploads of any room. @param {Upload[]} uploads */
  #drop(uploads) {
    const kept = new Set(uploads.map(({ key }) => key));
    for (const [key, address] of this.#previews) {
      if (kept.has(key)) continue;
      URL.revokeObjectURL(address);
      this.#previews.delete(key);
    }
  }

  /** Screen readers are told once. @param {Upload[]} uploads */
  #sayFailures(uploads) {
    const failed = uploads.filter(({ state }) => state === "failed");
    const news = failed.filter(({ key }) => !this.#said.has(key));
    this.#said = new Set(failed.map(({ key }) => key));
    const words = news.map((upload) => `${upload.name}: ${reasonOf(upload)}`);
    for (const { key } of news) {
      this.#list.querySelector(`[data-key="${key}"]`)?.scrollIntoView({ block: "nearest" });
    }
    if (words.length > 0) this.#told.textContent = words.join(" ");
    else if (failed.length === 0) this.#told.textContent = "";
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const line = button?.closest("[data-key]");
    if (!button || !(line instanceof HTMLElement)) return;
    const { uploads, composer } = this.#app;
    const key = line.dataset.key ?? "";
    if (button.dataset.do === "retry") return uploads.retry(key);
    uploads.cancel(key);
    composer.focus(); // the button is gone
  }
}

/** @param {Upload} upload */
function reasonOf({ reason }) {
  const name = `upload_${reason}`;
  return t(has(name) ? name : "upload_failed");
}

/** Only for an icon: what the browser takes it for. @param {string} type */
function guess(type) {
  if (type.startsWith("video/") || type.startsWith("audio/")) return type.slice(0, 5);
  if (type === "application/pdf" || type.startsWith("text/")) return "text";
  return /zip|compressed|tar/.test(type) ? "archive" : "file";
}
