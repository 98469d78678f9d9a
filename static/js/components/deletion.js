import { ask } from "chat/components/dialog.js";
import { part } from "chat/components/markup.js";
import { fillText } from "chat/components/message.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Message } from "chat/wire.d.ts" */

/** Asks whether a message shall really go, and shows which. @param {Message} message @param {App} app */
export async function confirmDeletion(message, app) {
  const answer = await ask("deletion", (dialog) => {
    const author = app.store.users.get(message.author ?? 0);
    part(dialog, ".excerpt__author").textContent = author?.name ?? t("gone_user");
    part(dialog, ".excerpt__time").textContent = app.format.full(message.at);
    fillText(part(dialog, ".excerpt__text"), message, app.reader);
  });
  return answer === "delete";
}
