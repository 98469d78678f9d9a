/** Chooses whom to talk to, and opens the conversation of just these people. */

import { ask } from "chat/components/dialog.js";
import { perform } from "chat/components/form.js";
import { part } from "chat/components/markup.js";
import { PeoplePicker } from "chat/components/people-picker.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */

const MOST = 20; // dm.open takes no more

/** @param {App} app @returns {Promise<number | null>} the room that was opened */
export async function startDirect(app) {
  const ending = new AbortController();
  const answer = await ask("start-direct", (dialog) => fill(dialog, app, ending.signal));
  ending.abort();
  return answer === "" ? null : Number(answer);
}

/** @param {HTMLDialogElement} dialog @param {App} app @param {AbortSignal} signal */
function fill(dialog, app, signal) {
  const { store, client } = app;
  const form = part(dialog, ".dialog__form");
  const picker = new PeoplePicker(part(dialog, ".people-picker"), app, {
    noteOf: ({ id }) => ({ text: id === store.me?.id ? t("direct_yourself") : "", isOut: false }),
    most: MOST,
  });
  picker.connect(signal);
  part(form, "[data-do=close]").addEventListener("click", () => dialog.close(""), { signal });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const people = [...picker.picked.values()];
    if (people.length === 0) {
      part(form, ".dialog__status").textContent = t("people_choose");
      picker.focus();
      return;
    }
    perform(form, app.notice, async () => {
      const users = people.map(({ id }) => id);
      dialog.close(String(await client.enter("dm.open", { users }, people)));
    });
  }, { signal });
}
