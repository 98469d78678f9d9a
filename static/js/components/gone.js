/** What stands in place of a room that is no longer ours to read; it may be again. */

import { clone, part, reconcile } from "chat/components/markup.js";
import { isolated, t } from "chat/strings.js";

const ENDED = { left: "room_left", removed: "room_removed", banned: "room_banned" };

/** @param {HTMLElement} container @param {string} title @param {keyof typeof ENDED | undefined} ending */
export function showGone(container, title, ending) {
  const isNew = container.querySelector('[data-do="leave"]') === null;
  reconcile(container, [{ key: "gone" }], {
    key: ({ key }) => key,
    signature: () => "",
    build: () => {
      const element = clone("gone");
      const said = t(ending ? ENDED[ending] : "room_gone", { room: isolated(title) });
      part(element, "h2").textContent = said;
      return element;
    },
  });
  // The composer, which may have had the focus, is gone with the room.
  const focused = document.activeElement;
  const isLost = focused === document.body || focused?.closest("[hidden]");
  if (isNew && isLost) part(container, "button").focus();
}
