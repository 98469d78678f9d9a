/** What the forms in dialogs share: what is wrong stands under its field, and a form is sent once at a time. */

import { part } from "chat/components/markup.js";
import { refusal } from "chat/refusals.js";
import { t } from "chat/strings.js";

/** @import { Notice } from "chat/components/notice.js" */
/** @import { Complaint } from "chat/room-form.js" */

/** @param {HTMLFormElement} form @param {string} name @returns {HTMLInputElement} */
export function input(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** The value of a choice. @param {HTMLFormElement} form @param {string} name */
export function chosen(form, name) {
  return String(new FormData(form).get(name) ?? "");
}

/** Says what is wrong with which field, and goes to the first. @param {HTMLFormElement} form @param {Complaint[]} complaints */
export function complain(form, complaints) {
  for (const line of form.querySelectorAll("[data-error]")) {
    if (!(line instanceof HTMLElement)) continue;
    const name = line.dataset.error ?? "";
    const complaint = complaints.find(({ field }) => field === name);
    line.textContent = complaint ? t(complaint.text) : "";
    line.hidden = !complaint;
    input(form, name).setAttribute("aria-invalid", String(Boolean(complaint)));
  }
  if (complaints.length > 0) input(form, complaints[0].field).focus();
}

/**
 * Says what went wrong where it was asked for; above the composer, if that was closed before the answer came.
 * @param {HTMLElement} root
 * @param {string} text "" takes it away
 * @param {Notice} notice
 */
export function sayTrouble(root, text, notice) {
  if (!root.isConnected) return text === "" ? undefined : notice.say(text, { isTrouble: true });
  const line = part(root, ".dialog__trouble");
  line.textContent = text;
  line.hidden = text === "";
}

/**
 * Does what a form is for, with its buttons out of reach meanwhile.
 * @param {HTMLElement} root what the buttons are in
 * @param {Notice} notice
 * @param {() => Promise<unknown>} act
 * @param {(error: unknown) => boolean} [isTold] whether it was said elsewhere why it failed
 * @returns {Promise<boolean>} whether it was done
 */
export async function perform(root, notice, act, isTold = () => false) {
  if (root.ariaBusy === "true") return false;
  root.ariaBusy = "true";
  sayTrouble(root, "", notice);
  try {
    await act();
    return true;
  } catch (error) {
    const isSaid = root.isConnected && isTold(error);
    if (!isSaid) sayTrouble(root, refusal(error), notice);
    return false;
  } finally {
    root.ariaBusy = "false";
  }
}
