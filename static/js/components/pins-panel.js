/** What is pinned in the open room, in a dialog that follows what others pin meanwhile. */

import { addressOf } from "chat/addresses.js";
import { ask } from "chat/components/dialog.js";
import { clone, part, reconcile } from "chat/components/markup.js";
import { fillText } from "chat/components/message.js";
import { refusal } from "chat/refusals.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Message, OwnRoom } from "chat/wire.d.ts" */

/** @param {App} app */
export async function showPins(app) {
  const { store, view } = app;
  const own = store.rooms.get(view.room);
  if (!own) return;
  let stop = () => {};
  await ask("pins", (dialog) => {
    const draw = () => {
      if (!store.rooms.has(own.id)) dialog.close("");
      else if (store.pins.has(own.id)) drawPins(dialog, own, app);
      else load(dialog, own, app); // those that were held no longer hold
    };
    stop = store.subscribe(draw);
    load(dialog, own, app);
    part(dialog, ".pins__more").addEventListener("click", () => load(dialog, own, app));
    part(dialog, ".pins").addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element && target.closest("a[href], button");
      if (pressed instanceof HTMLAnchorElement) dialog.close("");
      else if (pressed instanceof HTMLButtonElement) unpin(pressed, own, app);
    });
  });
  stop();
  store.dropPins(own.id);
}

/** @param {HTMLElement} dialog @param {OwnRoom} own @param {App} app */
function load(dialog, own, app) {
  app.client.loadPins(own.id).catch((error) => {
    part(dialog, ".dialog__status").textContent = t("couldnt_load", { reason: refusal(error) });
  });
}

/** @param {HTMLElement} dialog @param {OwnRoom} own @param {App} app */
function drawPins(dialog, own, app) {
  const pins = app.store.pins.get(own.id);
  if (pins?.low === undefined) return;
  const isEmpty = pins.list.length === 0 && !pins.more;
  part(dialog, ".dialog__status").textContent = isEmpty ? t("pins_none") : "";
  part(dialog, ".pins__more").hidden = !pins.more;
  reconcile(part(dialog, ".pins"), pins.list, {
    key: ({ seq }) => String(seq),
    signature: ({ rev }) => String(rev),
    build: (message) => buildPin(message, own, app),
  });
}

/** @param {Message} message @param {OwnRoom} own @param {App} app */
function buildPin(message, own, app) {
  const item = clone("pin");
  part(item, ".excerpt__author").textContent = app.store.users.get(message.author ?? 0)?.name ??
    t("gone_user");
  part(item, ".excerpt__time").textContent = app.format.full(message.at);
  fillText(part(item, ".excerpt__text"), message, app.reader);
  part(item, "a").setAttribute("href", addressOf(own, message.seq));
  const button = part(item, "button");
  button.dataset.seq = String(message.seq);
  button.hidden = !app.actions.mayDo("unpin", message);
  return item;
}

/** @param {HTMLButtonElement} button @param {OwnRoom} own @param {App} app */
async function unpin(button, own, app) {
  button.disabled = true;
  const fields = { room: own.id, seq: Number(button.dataset.seq) };
  await app.actions.act("message.unpin", fields, "couldnt_unpin");
  button.disabled = false;
}
