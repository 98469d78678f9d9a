/** What is pinned in the open room, in a dialog that follows what others pin meanwhile. */

import { addressOf } from "chat/addresses.js";
import { ask } from "chat/components/dialog.js";
import { fillExcerpt } from "chat/components/excerpt.js";
import { LoadState } from "chat/components/load-state.js";
import { clone, part, reconcile } from "chat/components/markup.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Message, OwnRoom } from "chat/wire.d.ts" */

/** @param {App} app */
export async function showPins(app) {
  const { store, view } = app;
  const own = store.rooms.get(view.room);
  if (!own) return;
  const ending = new AbortController();
  await ask("pins", (dialog) => {
    const state = new LoadState(dialog, async () => {
      await app.client.loading.pins(own.id);
      return wordsOf(own, app);
    });
    const draw = () => {
      if (!store.rooms.has(own.id)) return dialog.close("");
      if (!store.pins.has(own.id)) return state.start(); // those that were held no longer hold
      drawPins(dialog, own, app);
      state.say(wordsOf(own, app));
    };
    ending.signal.addEventListener("abort", store.subscribe(draw));
    state.connect(ending.signal);
    part(dialog, ".excerpts__more").addEventListener("click", () => state.start());
    part(dialog, ".excerpts").addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element && target.closest("a[href], button");
      if (pressed instanceof HTMLAnchorElement) dialog.close("");
      else if (pressed instanceof HTMLButtonElement) unpin(pressed, own, app);
    });
  });
  ending.abort();
  store.dropPins(own.id);
}

/** @param {OwnRoom} own @param {App} app */
function wordsOf({ id }, { store }) {
  const pins = store.pins.get(id);
  return pins?.list.length === 0 && !pins.more ? t("pins_none") : "";
}

/** @param {HTMLElement} dialog @param {OwnRoom} own @param {App} app */
function drawPins(dialog, own, app) {
  const pins = app.store.pins.get(own.id);
  if (pins?.low === undefined) return;
  part(dialog, ".excerpts__more").hidden = !pins.more;
  reconcile(part(dialog, ".excerpts"), pins.list, {
    key: ({ seq }) => String(seq),
    signature: (message) =>
      JSON.stringify([message.rev, mayUnpin(message, app), namesIn(message, app)]),
    build: (message) => buildPin(message, own, app),
  });
}

/** They may change while it is open. @param {Message} message @param {App} app */
function namesIn({ author, mentions }, { store }) {
  return [author ?? 0, ...mentions].map((id) => store.users.get(id)?.name);
}

/** @param {Message} message @param {App} app */
function mayUnpin(message, { actions }) {
  return actions.mayDo("unpin", message);
}

/** @param {Message} message @param {OwnRoom} own @param {App} app */
function buildPin(message, own, app) {
  const item = clone("pin");
  fillExcerpt(item, message, app);
  part(item, "a").setAttribute("href", addressOf(own, message.seq));
  const button = part(item, "button");
  button.dataset.seq = String(message.seq);
  button.hidden = !mayUnpin(message, app);
  return item;
}

/** @param {HTMLButtonElement} button @param {OwnRoom} own @param {App} app */
async function unpin(button, own, app) {
  button.disabled = true;
  const fields = { room: own.id, seq: Number(button.dataset.seq) };
  await app.actions.act("message.unpin", fields, "couldnt_unpin");
  button.disabled = false;
}
