/**
 * Choosing an emoji: those one uses most, then all, found by name. The focus stays in the field; the arrows walk
 * over the grid, Enter takes (the combobox pattern of the ARIA practices).
 */

import { cover, ground, place } from "chat/components/floating.js";
import { clone, part, setText } from "chat/components/markup.js";
import { Composition, onWords } from "chat/ime.js";
import { t } from "chat/strings.js";

/** @import { EmojiSource } from "chat/emoji-source.js" */
/** @import { Keep } from "chat/keep.js" */

const MOST_FOUND = 120;

export class EmojiPicker {
  #source;
  #keep;
  #element = clone("emoji-picker");
  #input;
  #list;
  #status;
  /** @type {(emoji: string) => void} */
  #onChoose = () => {};
  #giveBack = () => {};
  /** @type {HTMLElement[]} */
  #options = [];
  #active = -1;
  #words = "";
  #composition = new Composition();
  #ending = new AbortController();

  /** @param {EmojiSource} source @param {Keep} keep */
  constructor(source, keep) {
    this.#source = source;
    this.#keep = keep;
    this.#input = /** @type {HTMLInputElement} */ (part(this.#element, "input"));
    this.#list = part(this.#element, ".picker__list");
    this.#status = part(this.#element, ".picker__status");
  }

  connect() {
    const { signal } = this.#ending;
    ground().append(this.#element);
    this.#composition.listen(this.#input, signal);
    onWords(this.#input, () => this.#look(), signal);
    this.#element.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    this.#list.addEventListener("click", ({ target }) => {
      const option = target instanceof Element && target.closest("[role=option]");
      if (option) this.#choose(option);
    }, { signal });
    // A press on an option must not take the focus from the field.
    this.#list.addEventListener("pointerdown", (event) => {
      if (event.pointerType === "mouse") event.preventDefault();
    }, { signal });
    cover(this.#element, signal);
    document.addEventListener("pointerdown", ({ target }) => {
      if (target instanceof Node && !this.#element.contains(target)) this.#hide();
    }, { signal, capture: true });
  }

  /**
   * @param {DOMRect} beside
   * @param {(emoji: string) => void} onChoose
   * @param {() => void} giveBack the focus
   */
  async open(beside, onChoose, giveBack) {
    this.#onChoose = onChoose;
    this.#giveBack = giveBack;
    this.#input.value = "";
    this.#element.showPopover();
    this.#look();
    place(this.#element, beside);
    this.#input.focus({ preventScroll: true });
    try {
      await this.#source.load();
      this.#fill();
    } catch {
      this.#status.textContent = t("emoji_failed");
    }
  }

  #hide() {
    if (this.#element.matches(":popover-open")) this.#element.hidePopover();
  }

  #look() {
    this.#words = this.#input.value.trim();
    this.#fill();
  }

  #fill() {
    const { names } = this.#source;
    const query = this.#words;
    const isSearch = query !== "" && names !== null;
    const found = isSearch
      ? names.search(query, MOST_FOUND, this.#keep.oftenUsed())
      : names?.all ?? [];
    const often = isSearch ? [] : this.#keep.oftenUsed(16);
    const groups = [
      often.map((char) => buildOption(char, names?.nameOf(char) || char)),
      found.map((emoji) => buildOption(emoji.char, names?.spoken(emoji) ?? emoji.char)),
    ];
    this.#options = groups.flat();
    this.#options.forEach((option, at) => option.id = `emoji-${at}`);
    const labels = [t("emoji_often"), t("emoji_all")];
    const filled = groups.map((options, at) => buildGroup(labels[at], options))
      .filter((group) => group.childElementCount > 0);
    this.#list.replaceChildren(...filled);
    this.#list.scrollTop = 0;
    setText(this.#status, isSearch && found.length === 0 ? t("emoji_none") : "");
    this.#activate(isSearch && found.length > 0 ? 0 : -1);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const { key } = event;
    if (this.#composition.owns(event)) return;
    if (key === "Escape") this.#close();
    else if (key === "Enter") {
      const option = this.#options[this.#active];
      if (option) this.#choose(option);
    } else if (key === "Tab") this.#close();
    else if (!this.#move(key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {string} key */
  #move(key) {
    const columns = this.#columns;
    const at = this.#active;
    const isSearching = this.#input.value !== "" && at < 0;
    const steps = new Map([["ArrowDown", columns], ["ArrowUp", -columns]]);
    if (!isSearching) steps.set("ArrowRight", 1).set("ArrowLeft", -1);
    const step = steps.get(key);
    if (step === undefined) return false;
    const next = at < 0 ? 0 : at + step;
    if (next >= 0 && next < this.#options.length) this.#activate(next);
    return true;
  }

  get #columns() {
    const options = this.#options;
    const second = options.findIndex(({ offsetTop }) => offsetTop > options[0].offsetTop);
    return second > 0 ? second : Math.max(1, options.length);
  }

  /** @param {number} at */
  #activate(at) {
    this.#options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = at;
    const option = this.#options[at];
    if (!option) return this.#input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", option.id);
  }

  /** @param {Element} option */
  #choose(option) {
    const emoji = option.textContent ?? "";
    this.#close();
    this.#keep.useEmoji(emoji);
    this.#onChoose(emoji);
  }

  #close() {
    this.#hide();
    this.#giveBack();
  }
}

/** @param {string} label @param {HTMLElement[]} options */
function buildGroup(label, options) {
  const group = clone("emoji-group");
  group.setAttribute("aria-label", label);
  group.append(...options);
  return group;
}

/** @param {string} char @param {string} name */
function buildOption(char, name) {
  const option = clone("emoji-option");
  option.textContent = char;
  option.setAttribute("aria-label", name);
  option.title = name;
  return option;
}
