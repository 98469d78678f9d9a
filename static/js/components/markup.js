/** Markup comes from the page's `<template>`s, which the server fills too: one source for each piece. */

import { initial, tint } from "chat/people.js";

/** @import { User } from "chat/wire.d.ts" */

/** A copy of a template's element. @param {string} id @returns {HTMLElement} */
export function clone(id) {
  const template = /** @type {HTMLTemplateElement} */ (document.getElementById(`${id}-template`));
  const element = /** @type {HTMLElement} */ (template.content.firstElementChild);
  return /** @type {HTMLElement} */ (document.importNode(element, true));
}

/** The one element inside that a selector names. @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`No ${selector} here.`);
  return found;
}

/** Keeps a part if it is wanted, and takes it out if not. @param {ParentNode} root @param {string} selector @param {boolean} isWanted */
export function keepIf(root, selector, isWanted) {
  if (!isWanted) root.querySelector(selector)?.remove();
  return isWanted ? part(root, selector) : null;
}

/** Writes only where it differs: what is written is read out again, and laid out. @param {Element} element @param {string} text */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Of the marks for each kind of room, shows one. @param {ParentNode} root @param {string} kind */
export function showMark(root, kind) {
  for (const mark of root.querySelectorAll("[data-kind]")) {
    if (mark instanceof HTMLElement) mark.hidden = mark.dataset.kind !== kind;
  }
}

/** @param {HTMLElement} element @param {User | null} user */
export function fillAvatar(element, user) {
  if (!user) return;
  element.classList.add(`avatar--${tint(user)}`);
  if (!user.avatar) {
    element.textContent = initial(user);
    return;
  }
  const image = document.createElement("img");
  image.alt = "";
  image.loading = "lazy";
  image.src = user.avatar;
  element.replaceChildren(image);
}

/**
 * Makes a container's children those of a list, touching only what changed.
 * @template Item
 * @param {HTMLElement} container
 * @param {Item[]} items
 * @param {object} how
 * @param {(item: Item) => string} how.key
 * @param {(item: Item) => string} how.signature an element is built anew when this changes
 * @param {(item: Item) => HTMLElement} how.build
 * @param {(element: HTMLElement, item: Item, before: string) => boolean} [how.patch] whether it could spare that
 */
export function reconcile(container, items, { key, signature, build, patch }) {
  const held = heldBy(container);
  const keys = new Set(items.map(key));
  if (![...held.keys()].some((name) => keys.has(name))) {
    container.replaceChildren(); // all at once: another room, say
    held.clear();
  }
  for (const [name, { element }] of held) {
    if (keys.has(name)) continue;
    element.remove();
    held.delete(name);
  }
  let next = container.firstElementChild;
  for (const item of items) {
    const name = key(item);
    const now = signature(item);
    let entry = held.get(name);
    if (entry && entry.signature !== now && patch?.(entry.element, item, entry.signature)) {
      entry.signature = now;
    }
    if (!entry || entry.signature !== now) {
      const element = build(item);
      if (entry) {
        if (next === entry.element) next = element;
        entry.element.replaceWith(element);
      }
      entry = { element, signature: now };
      held.set(name, entry);
    }
    if (entry.element === next) next = next.nextElementSibling;
    else container.insertBefore(entry.element, next);
  }
}

/** @typedef {Map<string, { element: HTMLElement, signature: string }>} Held */
/** @type {WeakMap<HTMLElement, Held>} */
const containers = new WeakMap();

/** What a container was given before; what the server put there goes. @param {HTMLElement} container @returns {Held} */
function heldBy(container) {
  const held = containers.get(container) ?? new Map();
  if (!containers.has(container)) container.replaceChildren();
  containers.set(container, held);
  return held;
}
