/**
 * Where one is, told by the address: the room, a message in it, and on a small screen the pane. Links work as
 * links do; those that lead to one of one's rooms, also in what people write, are followed without loading the page
 * anew, and Back goes back.
 */

import { addressOf, readAddress } from "chat/addresses.js";

/** @import { OwnRoom } from "chat/wire.d.ts" */

/** @typedef {"rooms" | "room" | "people" | "search"} Pane */
/**
 * @typedef {object} Place
 * @property {number} room
 * @property {number | null} target the message that the address names
 * @property {Pane} pane
 * @property {number | null} at the message that was read here when one went on, for whoever comes back
 */

/** @type {Record<string, Pane>} */
const PANES = {
  "#rooms": "rooms",
  "#room": "room",
  "#people": "people",
  "#search": "search",
};

export class Navigation {
  #rooms;
  #onPlace;
  #reading;
  #isGoingBack = false;
  /** @type {{ path: string, place: Place | null }} where one came last */
  #last = { path: "", place: null };
  #ending = new AbortController();

  /**
   * @param {() => ReadonlyMap<number, OwnRoom>} rooms
   * @param {(place: Place) => void} onPlace
   * @param {() => number | null} reading the message being read; null at the end
   */
  constructor(rooms, onPlace, reading) {
    this.#rooms = rooms;
    this.#onPlace = onPlace;
    this.#reading = reading;
  }

  connect() {
    const { signal } = this.#ending;
    this.#last = { path: location.pathname, place: this.place };
    document.addEventListener("click", (event) => this.#clicked(event), { signal });
    addEventListener("popstate", () => {
      this.#isGoingBack = false;
      this.#arrive(history.state?.at);
    }, { signal });
  }

  disconnect() {
    this.#ending.abort();
  }

  /** @returns {Place | null} where the address says we are */
  get place() {
    const address = readAddress(location.pathname, this.#rooms().values());
    return address && { room: address.room, target: address.seq, pane: this.#pane, at: null };
  }

  /** @param {number} room @param {number | null} [seq] @param {Pane} [pane] */
  open(room, seq = null, pane = "room") {
    const own = this.#rooms().get(room);
    if (own) this.#push(inPane(addressOf(own, seq), pane));
  }

  /** @param {Pane} pane */
  showPane(pane) {
    if (pane === this.#pane) return;
    // Back to the pane one came from is back, not a further step.
    if (history.state?.from === pane) this.#goBack();
    else this.#push(inPane(location.pathname, pane));
  }

  /** The way takes its time: a second press means the same step, not one more. */
  #goBack() {
    if (this.#isGoingBack) return;
    this.#isGoingBack = true;
    history.back();
  }

  get #pane() {
    return PANES[location.hash] ?? "room";
  }

  /** @param {string} address */
  #push(address) {
    this.#isGoingBack = false;
    const isElsewhere = address !== location.pathname + location.search + location.hash;
    if (isElsewhere) {
      history.replaceState({ ...history.state, at: this.#reading() }, "");
      history.pushState({ from: this.#pane }, "", address);
    }
    this.#arrive();
  }

  /** @param {number | null} [at] */
  #arrive(at = null) {
    const place = this.place ?? this.#lost;
    if (!place) return location.reload();
    this.#last = { path: location.pathname, place };
    this.#onPlace({ ...place, at });
  }

  /** The room that was open here and is no longer one's own: its page, and the way back to the others, is there still. */
  get #lost() {
    const { path, place } = this.#last;
    return place && path === location.pathname ? { ...place, pane: this.#pane } : null;
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey &&
      !event.altKey && !event.defaultPrevented;
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!isPlain || !(link instanceof HTMLAnchorElement)) return;
    const { origin, pathname, search, hash } = link; // nothing, of an address that is none
    if (origin !== location.origin) return;
    const isHere = pathname === location.pathname && search === location.search;
    if (isHere && hash in PANES) {
      event.preventDefault();
      this.showPane(PANES[hash]);
      return;
    }
    const address = readAddress(pathname, this.#rooms().values());
    if (!address || search !== "" || hash !== "") return;
    event.preventDefault();
    this.open(address.room, address.seq);
  }
}

/** @param {string} path @param {Pane} pane */
function inPane(path, pane) {
  return pane === "room" ? path : `${path}#${pane}`;
}
