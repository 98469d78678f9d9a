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
