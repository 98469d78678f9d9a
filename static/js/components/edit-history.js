/** What a message said before, version by version, the newest first. */

import { ask } from "chat/components/dialog.js";
import { clone, part } from "chat/components/markup.js";
import { refusal } from "chat/refusals.js";
import { t } from "chat/strings.js";
import { versionsOf } from "chat/versions.js";

/** @import { App } from "chat/app.js" */
/** @import { Message } from "chat/wire.d.ts" */
/** @import { Version } from "chat/versions.js" */

/** @param {Message} message @param {App} app */
export async function showEditHistory(message, app) {
  const { room } = app.view;
  await ask("edit-history", (dialog) => {
    const list = part(dialog, ".versions");
    const status = part(dialog, ".dialog__status");
    app.client.edits(room, message.seq).then(({ edits }) => {
      const versions = versionsOf(message, edits);
      status.textContent = "";
      list.replaceChildren(...versions.map((version) => buildVersion(version, app)));
    }, (error) => {
      status.textContent = t("couldnt_load", { reason: refusal(error) });
    });
  });
}

/** @param {Version} version @param {App} app */
function buildVersion({ body, at, isCurrent }, { format }) {
  const item = clone("version");
  const time = /** @type {HTMLTimeElement} */ (part(item, "time"));
  time.dateTime = at;
  time.textContent = format.full(at);
  part(item, ".version__current").hidden = !isCurrent;
  part(item, ".version__text").textContent = body;
  return item;
}
