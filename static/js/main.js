/** Starts the chat on a room's page, from the data that the page carries. */

import { App } from "chat/app.js";
import { localeFor } from "chat/format.js";
import { setStrings } from "chat/strings.js";

/** @import { Start } from "chat/wire.d.ts" */

/** @type {Start} */
const start = JSON.parse(document.getElementById("start")?.textContent ?? "");
setStrings(start.strings, localeFor(document.documentElement.lang, navigator.languages));

const app = new App(start);
app.start();

// Waking up, coming back and changing networks are when connections turn out to be dead.
for (const event of ["online", "offline"]) addEventListener(event, () => app.socket.probe());
addEventListener("pageshow", ({ persisted }) => {
  // A page that was put aside and is shown again does not know who has signed in meanwhile.
  if (persisted) app.socket.restart();
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") app.socket.probe();
});

for (const event of ["pointerdown", "keydown", "wheel", "touchmove", "focus"]) {
  addEventListener(event, () => app.here.activity.acted(), { capture: true, passive: true });
}

// With the first of these somebody is there: what they may open next is fetched ahead of it.
for (const event of ["pointermove", "pointerdown", "keydown", "wheel"]) {
  addEventListener(event, () => app.late.watched(), { capture: true, once: true, passive: true });
}

addEventListener("input", () => app.frames.typed(), { capture: true, passive: true });

// What no storage would take is in this page only, and so is a file on its way.
addEventListener("beforeunload", (event) => {
  const isUnsaved = !app.storage.keepsAll || !app.uploads.keepsAll || app.edits.hasUnsaved;
  if (isUnsaved) event.preventDefault();
});
