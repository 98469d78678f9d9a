import { ask } from "chat/components/dialog.js";
import { fillExcerpt } from "chat/components/excerpt.js";

/** @import { App } from "chat/app.js" */
/** @import { Message } from "chat/wire.d.ts" */

/** Asks whether a message shall really go, and shows which. @param {Message} message @param {App} app */
export async function confirmDeletion(message, app) {
  return await ask("deletion", (dialog) => fillExcerpt(dialog, message, app)) === "delete";
}
