/** What goes out from the page, as it is wired here: messages, their files, edits, reactions. */

import { Edits } from "chat/edits.js";
import { Outbox } from "chat/outbox.js";
import { outboxDatabase } from "chat/outbox-database.js";
import { OutboxStorage } from "chat/outbox-storage.js";
import { channel, clock } from "chat/platform.js";
import { Reactions } from "chat/reactions.js";
import { Tabs } from "chat/tabs.js";
import { discardFile, sendFile } from "chat/upload-request.js";
import { Uploads } from "chat/uploads.js";
import { uuid } from "chat/uuid.js";

/** @import { App } from "chat/app.js" */
/** @import { Keep } from "chat/keep.js" */
/** @import { Start } from "chat/wire.d.ts" */

/** @param {number} userId @param {Keep} keep @returns {OutboxStorage} */
export function makeStorage(userId, keep) {
  return new OutboxStorage({
    database: outboxDatabase(userId),
    keep,
    tabs: new Tabs(uuid(), channel(`chat-tabs-${userId}`), clock),
  });
}

/** @param {App} app @param {OutboxStorage} storage @returns {Outbox} */
export function makeOutbox(app, storage) {
  return new Outbox({
    send: (entry) => app.pace.follow(entry.room, app.client.send(entry)),
    find: (entry) => app.client.find(entry),
    lastSeq: (room) => app.store.rooms.get(room)?.last_seq ?? Infinity,
    storage,
    uuid,
    onChange: () => {
      app.timeline.hurry();
      app.composer.sayWhatWaits();
    },
    clock,
  });
}

/** @param {App} app @param {Start} start @returns {Uploads} */
export function makeUploads(app, start) {
  return new Uploads({
    send: (upload, signal, told) => sendFile(start.uploads, upload, signal, told),
    discard: (attachment) => discardFile(start.uploads, attachment),
    limits: () => app.store.server?.limits ?? start.welcome.server.limits,
    shelf: app.keep,
    uuid,
    onChange: () => app.page.uploadsChanged(),
    clock,
  });
}

/** @param {App} app @returns {Edits} */
export function makeEdits(app) {
  return new Edits({
    act: (type, fields) => app.client.act(type, fields),
    onChange: () => app.timeline.hurry(),
    forget: (room, seq) => {
      if (app.keep.edit(room)?.seq === seq) app.keep.setEdit(room, null);
    },
  });
}

/** @param {App} app @returns {Reactions} */
export function makeReactions(app) {
  return new Reactions({
    act: (type, fields) => app.client.act(type, fields),
    onChange: () => app.timeline.hurry(),
    onRefused: (error) => app.actions.sayRefused("couldnt_react", error),
  });
}

/** What would be sent of what is typed: without the blank around it, emoji for their codes. @param {string} text @param {App} app */
export function bodyOf(text, { picker }) {
  const typed = text.replace(/^\s*\n|\s+$/g, "");
  return picker.names?.replaceCodes(typed) ?? typed;
}

/** In code points, as the server counts. @param {string} text */
export function lengthOf(text) {
  return [...text].length;
}

/** So long may a message be. @param {App} app */
export function bodyLimit({ store }) {
  return store.server?.limits.body ?? Infinity;
}

/** Sends what is kept of what was to be said in a room, and its files. @param {App} app @param {number} room @returns {boolean} whether it may be sent now */
export function sendKept(app, room) {
  const { keep, outbox, store, pace, uploads } = app;
  const body = bodyOf(keep.draft(room), app);
  if (body === "" && uploads.of(room).length === 0) return true; // it was taken out again
  const own = store.rooms.get(room);
  if (!own || pace.left(own) > 0 || lengthOf(body) > bodyLimit(app)) return false;
  outbox.add(room, body, keep.replyTo(room), uploads.take(room));
  keep.setDraft(room, "");
  keep.setReplyTo(room, null);
  return true;
}
