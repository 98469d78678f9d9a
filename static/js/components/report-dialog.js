import { ask } from "chat/components/dialog.js";
import { fillExcerpt } from "chat/components/excerpt.js";
import { part } from "chat/components/markup.js";
import { refusal } from "chat/refusals.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Message } from "chat/wire.d.ts" */

/** Asks what is wrong with a message and tells it to those who keep order; a refusal keeps the words. @param {number} room @param {Message} message @param {App} app */
export async function reportMessage(room, message, app) {
  let reason = "";
  let trouble = "";
  for (;;) {
    if (await askReason() !== "report") return;
    try {
      await app.client.act("message.report", { room, seq: message.seq, reason });
      return app.notice.say(t("reported"));
    } catch (error) {
      trouble = t("couldnt_report", { reason: refusal(error) });
    }
  }

  function askReason() {
    return ask("report", (dialog) => {
      const text = /** @type {HTMLTextAreaElement} */ (part(dialog, "textarea"));
      fillExcerpt(dialog, message, app);
      part(dialog, ".dialog__status").textContent = trouble;
      text.value = reason;
      text.addEventListener("input", () => reason = text.value.trim());
    });
  }
}
