import { part } from "chat/components/markup.js";
import { fillText } from "chat/components/message.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Message } from "chat/wire.d.ts" */

/** Shows which message it is about: who said it and when, its text and the names of its files. @param {HTMLElement} root @param {Message} message @param {App} app */
export function fillExcerpt(root, message, app) {
  const author = app.store.users.get(message.author ?? 0);
  part(root, ".excerpt__author").textContent = author?.name ?? t("gone_user");
  part(root, ".excerpt__time").textContent = app.format.full(message.at);
  const text = part(root, ".excerpt__text");
  if (message.deleted_at !== null) text.textContent = t("deleted");
  else fillText(text, message, app.reader);
  const files = message.attachments.map(({ name }) => name);
  part(root, ".excerpt__files").textContent = app.format.list(files);
}
