/** The page's socket: what it begins with, who hears what comes, and what follows when it comes and goes. */

import { readUpTo } from "chat/blocks.js";
import { clock } from "chat/platform.js";
import { Socket, SUBPROTOCOL } from "chat/socket.js";

/** @import { App } from "chat/app.js" */
/** @import { State } from "chat/socket.js" */
/** @import { ServerEvent, Start } from "chat/wire.d.ts" */

/** @param {App} app @param {Start} start @returns {Socket} */
export function makeSocket(app, start) {
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  return new Socket({
    open: () => new WebSocket(`${scheme}//${location.host}/ws/`, SUBPROTOCOL),
    hello: () => ({
      user: start.welcome.me.user.id,
      epoch: app.store.server?.epoch,
      rooms: app.store.heldRevs(),
    }),
    session: () => sessionUser(start.session),
    onEvents: (events) => {
      app.page.notifier.receive(events);
      app.here.receive(events);
      app.client.receive(events);
      skipBlocked(app, events);
      app.page.search.receive(events);
    },
    onState: (state) => connectionChanged(app, state, start.login),
    log: app.log,
    clock,
    random: Math.random,
  });
}

/** Whose session this is; null after signing out. @param {string} address */
async function sessionUser(address) {
  const answer = await fetch(address, { cache: "no-store" });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).user;
}

/** What blocked people say calls nobody back. @param {App} app @param {ServerEvent[]} events */
function skipBlocked({ store, reading }, events) {
  for (const event of events) {
    if (event.type !== "message" && event.type !== "sync") continue;
    const own = store.rooms.get(event.room);
    const messages = event.type === "sync" ? event.messages : [event.message];
    if (own) reading.saw(own.id, readUpTo(own, messages, store.blocked));
  }
}

/** @param {App} app @param {State} state @param {string} login the address of the sign-in page */
function connectionChanged(app, state, login) {
  app.page.connectionChanged(state);
  if (state.name !== "connecting") app.late.rest();
  app.client.connectionChanged();
  app.here.connectionChanged(state.name === "live");
  app.reading.setConnected(app.socket.isLive);
  if (state.name === "live") {
    app.timeline.recover();
    app.edits.resume();
    app.uploads.resume();
  }
  if (state.name !== "stopped") return;
  app.composer.update();
  if (state.reason === "signed_out") {
    // Drafts and outbox stay in this browser until the same user is back; Back leads past this page.
    location.replace(`${login}?next=${encodeURIComponent(location.pathname)}&ended`);
  }
  if (state.reason === "old" && !app.keep.wasReloaded()) location.reload();
}
