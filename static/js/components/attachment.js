/** One file of a message as an element: a picture, a player, or a card to save it by. */

import { kindOf, shownSize, sizeText, sortOf } from "chat/attachments.js";
import { clone, keepIf, part } from "chat/components/markup.js";

/** @import { Format } from "chat/format.js" */
/** @import { Attachment } from "chat/wire.d.ts" */

/** @param {Attachment} file @param {Format} format @returns {HTMLElement} */
export function buildAttachment(file, format) {
  const kind = kindOf(file);
  const element = clone("attachment");
  element.classList.add(`attachment--${kind}`);
  fillPicture(keepIf(element, ".picture", kind === "picture"), file);
  for (const player of /** @type {const} */ (["video", "audio"])) {
    const media = keepIf(element, `.${player}`, kind === player);
    if (!(media instanceof HTMLMediaElement)) continue;
    media.src = file.url;
    media.setAttribute("aria-label", file.name);
  }
  fillCard(keepIf(element, ".file-card", kind !== "picture"), file, format);
  return element;
}

/** @param {HTMLElement | null} link @param {Attachment} file */
function fillPicture(link, file) {
  if (!link) return;
  link.setAttribute("href", file.url);
  const image = /** @type {HTMLImageElement} */ (part(link, "img"));
  Object.assign(image, { alt: file.name, ...shownSize(file) });
  image.src = file.thumb ?? file.url;
}

/** @param {HTMLElement | null} card @param {Attachment} file @param {Format} format */
function fillCard(card, file, format) {
  if (!card) return;
  card.setAttribute("href", file.url);
  card.setAttribute("download", file.name);
  for (const icon of card.querySelectorAll("[data-sort]")) {
    if (icon instanceof HTMLElement && icon.dataset.sort !== sortOf(file)) icon.remove();
  }
  part(card, ".file-card__name").textContent = file.name;
  part(card, ".file-card__size").textContent = sizeText(file.size, format);
}
