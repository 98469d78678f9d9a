/** Brings people into a room: chosen by name, or whoever has a link. */

import { ask } from "chat/components/dialog.js";
import { perform, sayTrouble } from "chat/components/form.js";
import { part } from "chat/components/markup.js";
import { PeoplePicker } from "chat/components/people-picker.js";
import { RoomLinks } from "chat/components/room-links.js";
import { mayMakeLinks } from "chat/may.js";
import { refusal } from "chat/refusals.js";
import { isolated, t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { OwnRoom } from "chat/wire.d.ts" */

const MOST = 20;

/** @param {App} app @param {OwnRoom} room */
export async function invitePeople(app, room) {
  const ending = new AbortController();
  await ask("invite-people", (dialog) => {
    connectPicker(dialog, app, room.id, ending.signal);
    const links = part(dialog, ".links");
    links.hidden = !mayMakeLinks(room);
    if (!links.hidden) new RoomLinks(links, app, room.id).connect(ending.signal);
  });
  ending.abort();
}

/** @param {HTMLDialogElement} dialog @param {App} app @param {number} room @param {AbortSignal} signal */
function connectPicker(dialog, app, room, signal) {
  const { store, client } = app;
  const form = part(dialog, ".dialog__form");
  const roleOf = (/** @type {number} */ id) => store.members.get(room)?.rows.get(id)?.role ?? null;
  const picker = new PeoplePicker(part(dialog, ".people-picker"), app, {
    noteOf: ({ id }) => {
      const isIn = roleOf(id) !== null || id === store.me?.id;
      return { text: isIn ? t("person_is_in") : "", isOut: isIn };
    },
    most: MOST,
  });
  picker.connect(signal);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const people = [...picker.picked.values()];
    if (people.length === 0) {
      part(form, ".dialog__status").textContent = t("people_choose");
      picker.focus();
      return;
    }
    /** @type {string[]} */
    const troubles = [];
    await perform(form, app.notice, async () => {
      for (const user of people) {
        try {
          await client.act("room.invite", { room, user: user.id });
          picker.picked.delete(user.id);
        } catch (error) {
          const name = isolated(user.name);
          troubles.push(t("added_failed", { name, reason: refusal(error) }));
        }
      }
    });
    if (troubles.length === 0) dialog.close("");
    else sayTrouble(form, troubles.join(" "), app.notice);
  }, { signal });
}
