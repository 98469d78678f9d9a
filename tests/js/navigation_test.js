import assert from "node:assert/strict";
import { Navigation } from "chat/navigation.js";
import { room } from "./wire.js";

/** As much of a browser's window as leads from address to address. */
class FakeWindow {
  /** @type {{ address: string, state: any }[]} */
  #entries = [{ address: "/rooms/atelier/#rooms", state: null }];
  /** How far it is to go, once there is time for it. */
  #due = 0;

  constructor() {
    const address = () => this.#entries.at(-1)?.address ?? "";
    const state = () => this.#entries.at(-1)?.state ?? null;
    const location = {
      get pathname() {
        return address().split("#")[0];
      },
      search: "",
      get hash() {
        return address().slice(this.pathname.length);
      },
    };
    const history = {
      get state() {
        return state();
      },
      /** @param {any} state */
      replaceState: (state) => this.#entries.splice(-1, 1, { address: address(), state }),
      /** @param {any} state @param {string} _ @param {string} to */
      pushState: (state, _, to) => this.#entries.push({ address: to, state }),
      back: () => this.#due += 1,
    };
    Object.assign(globalThis, { document: new EventTarget() });
    for (const [name, value] of Object.entries({ location, history })) {
      Object.defineProperty(globalThis, name, { value, configurable: true });
    }
  }

  /** The steps back that were asked for are taken. */
  go() {
    for (; this.#due > 0; this.#due -= 1) {
      this.#entries.pop();
      dispatchEvent(new Event("popstate"));
    }
  }
}

Deno.test("two presses on the way back to a pane go back once", () => {
  const window = new FakeWindow();
  /** @type {string[]} */
  const places = [];
  const rooms = new Map([[7, room(7, { slug: "atelier" })]]);
  const navigation = new Navigation(() => rooms, ({ pane }) => places.push(pane), () => null);
  navigation.connect();
  navigation.open(7);
  navigation.showPane("people");
  navigation.showPane("room");
  navigation.showPane("room");
  window.go();
  assert.deepEqual(places, ["room", "people", "room"]);
  navigation.showPane("rooms");
  window.go();
  assert.equal(places.at(-1), "rooms");
  navigation.disconnect();
});
