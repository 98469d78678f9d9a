/**
 * A message's rich-text tree as DOM: elements from a short list, text as text. What this version does not
 * know is shown as the text it holds. templatetags/timeline.py does the same on the server.
 */

import { fillCode } from "chat/code-colours.js";
import { t } from "chat/strings.js";

/** @import { ContentNode, User } from "chat/wire.d.ts" */

/** @typedef {{ document: Document, users: ReadonlyMap<number, User>, me: number | undefined }} Reader */

const MAX_DEPTH = 32;
export const HIDDEN = "▒▒▒";
const ENDS_LINE = /^(p|br|code_block)$/;

/** @type {Record<string, string>} */
const WRAPPERS = { p: "p", item: "li", b: "strong", i: "em", s: "s" };

/**
 * @param {ContentNode[]} nodes
 * @param {Reader} reader
 * @returns {DocumentFragment}
 */
export function buildRichText(nodes, reader) {
  const fragment = reader.document.createDocumentFragment();
  append(fragment, nodes, reader, 0);
  return fragment;
}

/**
 * @param {Node} parent
 * @param {unknown} nodes
 * @param {Reader} reader
 * @param {number} depth
 */
function append(parent, nodes, reader, depth) {
  if (!Array.isArray(nodes) || depth > MAX_DEPTH) return;
  for (const node of nodes) {
    if (node === null || typeof node !== "object") continue;
    if (node.t === "mention") {
      parent.appendChild(mention(node, reader));
      continue;
    }
    const element = elementFor(node, reader.document);
    if (element) parent.appendChild(element.outer);
    const into = element ? element.inner : parent;
    if (node.t === "code_block") {
      fillCode(into, String(node.text ?? ""), String(node.lang ?? ""), reader.document);
      continue;
    }
    if (typeof node.text === "string") into.appendChild(reader.document.createTextNode(node.text));
    append(into, node.c, reader, depth + 1);
  }
}

/** What a tree says without its marks and what it hides; chat/pages.py reads it alike. @param {ContentNode[]} nodes @param {ReadonlyMap<number, User>} users @returns {string} */
export function plainText(nodes, users) {
  return leaves(nodes, users).map(({ text }) => text).join("");
}

/** The pieces of that, each with how it stands in the body, where it does. @param {ContentNode[]} nodes @param {ReadonlyMap<number, User>} users @returns {{ text: string, written: string }[]} */
export function leaves(nodes, users) {
  return nodes.flatMap((node) => {
    const written = String(node.text ?? "");
    if (node.t === "spoiler") return { text: HIDDEN, written: "" };
    if (node.t === "mention") return { text: nameOf(node, users), written };
    const inside = leaves(/** @type {ContentNode[]} */ (node.c ?? []), users);
    const end = ENDS_LINE.test(String(node.t)) ? "\n" : "";
    return [{ text: written, written }, ...inside, { text: end, written: "" }];
  });
}

/** Closed; components/text-actions.js opens it. @param {Document} document */
function spoiler(document) {
  const outer = document.createElement("span");
  outer.setAttribute("class", "spoiler");
  outer.setAttribute("role", "button");
  outer.setAttribute("tabindex", "0");
  outer.setAttribute("aria-label", t("spoiler"));
  const inner = outer.appendChild(document.createElement("span"));
  inner.setAttribute("class", "spoiler__text");
  inner.setAttribute("inert", "");
  return { outer, inner };
}

/**
 * @param {ContentNode} node
 * @param {Document} document
 * @returns {{ outer: Element, inner: Element } | null} null for what has no element of its own
 */
function elementFor(node, document) {
  const type = String(node.t);
  if (Object.hasOwn(WRAPPERS, type)) return both(document.createElement(WRAPPERS[type]));
  switch (type) {
    case "br":
    case "code":
      return both(document.createElement(type));
    case "code_block": {
      const outer = document.createElement("pre");
      outer.tabIndex = 0; // wide code scrolls, and the keyboard has to reach it
      const inner = outer.appendChild(document.createElement("code"));
      return { outer, inner };
    }
    case "quote":
      return both(sided("blockquote", document));
    case "list": {
      const list = sided(node.ordered ? "ol" : "ul", document);
      if (node.ordered) list.setAttribute("start", String(Number(node.start) || 1));
      return both(list);
    }
    case "spoiler":
      return spoiler(document);
    case "link":
      return linkTo(String(node.href), document);
  }
  return null;
}

/** Its bar or its marks stand where its text begins. @param {string} name @param {Document} document */
function sided(name, document) {
  const element = document.createElement(name);
  element.setAttribute("dir", "auto");
  return element;
}

/**
 * Somebody by their present name; who is not known here, as they were typed.
 * @param {ContentNode} node
 * @param {Reader} reader
 */
function mention(node, { document, users, me }) {
  const element = document.createElement("bdi");
  const user = users.get(Number(node.user));
  const isMe = node.user === null || node.user === me;
  element.setAttribute("class", isMe ? "mention mention--me" : "mention");
  if (user) element.setAttribute("title", `@${user.username}`);
  element.appendChild(document.createTextNode(nameOf(node, users)));
  return element;
}

/** @param {ContentNode} node @param {ReadonlyMap<number, User>} users */
function nameOf({ user, text }, users) {
  const name = users.get(Number(user))?.name;
  return name ? `@${name}` : String(text);
}

/** @param {string} href @param {Document} document */
function linkTo(href, document) {
  if (!isSafe(href)) return null;
  const link = document.createElement("a");
  link.setAttribute("href", href);
  link.setAttribute("target", "_blank");
  link.setAttribute("rel", "noopener noreferrer nofollow");
  return both(link);
}

/** @param {string} href */
export function isSafe(href) {
  return /^(https?:\/\/|mailto:)/i.test(href);
}

/** @param {Element} element */
function both(element) {
  return { outer: element, inner: element };
}
