/** What a message said before, version by version, the newest first. */

import { ask } from "chat/components/dialog.js";
import { LoadState } from "chat/components/load-state.js";
import { clone, part } from "chat/components/markup.js";
import { versionsOf } from "chat/versions.js";

/** @import { App } from "chat/app.js" */
/** @import { Message } from "chat/wire.d.ts" */
/** @import { Version } from "chat/versions.js" */

/** @param {number} room @param {Message} message @param {App} app */
export async function showEditHistory(room, message, app) {
  const ending = new AbortController();
  await ask("edit-history", (dialog) => {
    const load = async () => {
      const { edits } = await app.client.edits(room, message.seq);
      const versions = versionsOf(message, edits).map((version) => buildVersion(version, app));
      part(dialog, ".versions").replaceChildren(...versions);
      return "";
    };
    new LoadState(dialog, load).connect(ending.signal);
  });
  ending.abort();
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
