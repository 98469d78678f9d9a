/** Asks for a day, and goes to the first message of it or after it. */

import { ask } from "chat/components/dialog.js";
import { part } from "chat/components/markup.js";
import { beginningOf, dayOf } from "chat/days.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */

/** @param {App} app @param {string} [day] the day that is offered; today if none is given */
export async function goToDate(app, day) {
  const { room } = app.view;
  const today = dayOf(Date.now());
  let chosen = "";
  const answer = await ask("go-to-date", (dialog) => {
    const field = /** @type {HTMLInputElement} */ (part(dialog, "input"));
    field.max = today;
    field.value = chosen = day ?? today;
    field.addEventListener("input", () => (chosen = field.value));
    part(dialog, '[data-do="close"]').addEventListener("click", () => dialog.close(""));
  });
  const at = answer === "go" ? beginningOf(chosen) : null;
  if (at !== null && room === app.view.room) await go(app, room, at);
}

/** @param {App} app @param {number} room @param {string} at */
async function go(app, room, at) {
  const { view } = app;
  try {
    const seq = await app.client.loading.openAt(room, at);
    if (view !== app.view) return; // somebody has gone elsewhere meanwhile, be it to the end
    app.navigation.open(room, seq);
    if (seq !== null) return;
    await app.timeline.toEnd();
    app.notice.say(t("date_after_all"));
  } catch {
    app.notice.say(t("load_failed"), { isTrouble: true });
  }
}
