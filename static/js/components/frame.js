/** The frame around the panes: which of them a small screen shows, and whether the people are beside a large one. */

import { makeButton } from "chat/components/link-button.js";
import { part } from "chat/components/markup.js";

/** @import { Navigation, Pane } from "chat/navigation.js" */

const YEAR = 60 * 60 * 24 * 365;
// A pane that a small screen does not show is there, and hidden; older browsers know the second name.
const VISIBLE = { visibilityProperty: true, checkVisibilityCSS: true };
/** @type {Record<Pane, string>} what has the focus in a pane that comes */
const FIRST = {
  rooms: '.room-row[aria-current="page"], .room-row',
  room: ".timeline",
  people: ".people__list",
  search: ".search input",
};

export class Frame {
  #element;
  #navigation;
  #people;
  #menu;
  #wide = matchMedia("(width >= 1100px)");
  #ending = new AbortController();

  /** @param {HTMLElement} element @param {Navigation} navigation */
  constructor(element, navigation) {
    this.#element = element;
    this.#navigation = navigation;
    this.#people = part(element, ".room__people");
    this.#menu = part(element, ".account-menu");
  }

  connect() {
    const { signal } = this.#ending;
    makeButton(this.#people, signal);
    this.#people.addEventListener("click", (event) => this.#togglePeople(event), { signal });
    this.#wide.addEventListener("change", () => this.#told(), { signal });
    visualViewport?.addEventListener("resize", () => this.#fit(), { signal });
    visualViewport?.addEventListener("scroll", () => this.#fit(), { signal });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (this.#dismiss()) event.preventDefault(); // and so for nothing that lies below
    }, { signal });
    document.addEventListener("click", (event) => {
      if (!(event.target instanceof Element) || this.#menu.contains(event.target)) return;
      // A dialog that was opened from it gives the focus back to it.
      if (!event.target.closest("dialog")) this.closeMenu();
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** @param {Pane} pane */
  show(pane) {
    const before = this.#element.dataset.pane;
    this.#element.dataset.pane = pane;
    this.#told();
    if (before !== undefined && before !== pane) this.#takeFocusAlong(pane, before);
  }

  /** Whether there has been no connection for so long that it is said. @param {boolean} isAway */
  setAway(isAway) {
    this.#element.classList.toggle("is-away", isAway);
  }

  get isAway() {
    return this.#element.classList.contains("is-away");
  }

  openPeople() {
    if (!this.#isOpen) this.#people.click();
  }

  closeMenu() {
    this.#menu.removeAttribute("open");
  }

  /** Closes what lies over the room. @returns {boolean} whether anything did */
  #dismiss() {
    if (this.#menu.hasAttribute("open")) {
      this.closeMenu();
      part(this.#menu, "summary").focus();
      return true;
    }
    const isCovered = this.#element.dataset.pane === "people";
    if (isCovered) this.#navigation.showPane("room");
    return isCovered;
  }

  get #isOpen() {
    return this.#wide.matches && this.#element.dataset.pane !== "search"
      ? !this.#element.classList.contains("is-people-closed")
      : this.#element.dataset.pane === "people";
  }

  /** Into the pane that comes over another, and out of one that goes. @param {Pane} pane @param {string} before */
  #takeFocusAlong(pane, before) {
    const focused = document.activeElement;
    const isCovering = pane === "people" && !this.#wide.matches;
    const isLost = focused !== document.body && !focused?.checkVisibility(VISIBLE);
    if (!isCovering && !isLost) return;
    const isBack = pane === "room" && before === "people";
    const goal = isBack ? this.#people : this.#element.querySelector(FIRST[pane]);
    if (goal instanceof HTMLElement) goal.focus({ preventScroll: true });
  }

  /** Where the people are: beside a large timeline, where they may be closed; else in its place. */
  get #aside() {
    if (!this.#wide.matches) return "people";
    this.#element.classList.remove("is-people-closed");
    return "room";
  }

  /** Where a keyboard covers the page instead of making it smaller, the frame follows what is seen. */
  #fit() {
    const { height, offsetTop, scale } = /** @type {VisualViewport} */ (visualViewport);
    if (scale !== 1) return; // somebody looks closer; the page stays as it is
    const { style } = document.documentElement;
    style.setProperty("--viewport", `${height}px`);
    style.setProperty("--viewport-top", `${offsetTop}px`);
  }

  #told() {
    this.#people.setAttribute("aria-expanded", String(this.#isOpen));
  }

  /** @param {Event} event */
  #togglePeople(event) {
    event.preventDefault();
    if (this.#element.dataset.pane === "search") this.#navigation.showPane(this.#aside);
    else if (this.#wide.matches) {
      const isClosed = this.#element.classList.toggle("is-people-closed");
      // The server has to know it before the first paint.
      document.cookie = `people=${
        isClosed ? "closed" : "open"
      }; path=/; max-age=${YEAR}; samesite=lax`;
      this.#told();
    } else this.#navigation.showPane(this.#isOpen ? "room" : "people");
  }
}
