/** The reactions below a message: one pill for each emoji, pressed where one's own is among them. */

import { clone, part, reconcile } from "chat/components/markup.js";
import { isolatedIfTurning, t } from "chat/strings.js";

/** @import { Format } from "chat/format.js" */
/** @import { Shown } from "chat/reactions.js" */
/** @import { User } from "chat/wire.d.ts" */

const MOST_NAMES = 20;

/**
 * Touches only what changed, so that a pill keeps the focus it has.
 * @param {HTMLElement} container
 * @param {Shown[]} reactions
 * @param {object} how
 * @param {Map<number, User>} how.users
 * @param {Pick<Format, "list" | "number">} how.format
 * @param {boolean} how.isOpen whether one may react; else the pills only tell who has
 */
export function fillReactions(container, reactions, { users, format, isOpen }) {
  container.hidden = reactions.length === 0;
  part(container, ".reactions__add").hidden = !isOpen;
  const pills = reactions.map((one) => ({
    ...one,
    count: format.number(one.users.length),
    who: namesOf(one.users, users, format),
    isOpen,
  }));
  reconcile(part(container, ".reactions__pills"), pills, {
    key: ({ emoji }) => emoji,
    signature: ({ count, isMine, who }) => `${count} ${isMine} ${isOpen} ${who}`,
    build: (pill) => fill(clone("reaction"), pill),
    patch: (element, pill) => Boolean(fill(element, pill)),
  });
}

/** @param {HTMLElement} element @param {Shown & { count: string, who: string, isOpen: boolean }} pill */
function fill(element, { emoji, count, isMine, who, isOpen }) {
  const button = part(element, "button");
  button.dataset.emoji = emoji;
  button.dataset.who = who;
  button.setAttribute("aria-pressed", String(isMine));
  button.setAttribute("aria-disabled", String(!isOpen));
  button.setAttribute("aria-label", t("reaction", { emoji, who }));
  part(button, ".reaction__emoji").textContent = emoji;
  part(button, ".reaction__count").textContent = count;
  return element;
}

/** @param {number[]} ids @param {Map<number, User>} users @param {Pick<Format, "list">} format */
function namesOf(ids, users, format) {
  const names = ids.slice(0, MOST_NAMES)
    .map((id) => isolatedIfTurning(users.get(id)?.name ?? t("gone_user")));
  const more = ids.length - names.length;
  return format.list(more > 0 ? [...names, t("others", { n: more })] : names);
}
