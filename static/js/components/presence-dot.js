/** The dot beside somebody's picture: whether they are here, said in words to those who do not see it. */

import { part } from "chat/components/markup.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */

/**
 * Puts it in the state of a person; nothing is shown of whom nothing is known.
 * @param {HTMLElement} dot
 * @param {number | null} user
 * @param {App} app
 */
export function showPresence(dot, user, app) {
  const status = user === null ? null : app.presence.of(user);
  dot.hidden = status === null;
  if (status === null || user === null) return;
  dot.dataset.status = status;
  const label = presenceText(user, app);
  part(dot, ".spoken").textContent = label;
  dot.title = label;
}

/** The same in words; nothing of whom nothing is known. @param {number} user @param {App} app */
export function presenceText(user, { presence, format }) {
  const status = presence.of(user);
  const seenAt = presence.seenAt(user);
  if (status === null) return "";
  return seenAt ? t("last_seen", { at: format.ago(seenAt, Date.now()) }) : t(`is_${status}`);
}
