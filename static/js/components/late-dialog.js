/** What stands where a part of the page will be that has not come yet, or could not. */

import { holdKeys } from "chat/components/dialog.js";
import { clone, part } from "chat/components/markup.js";
import { Late, serverAnswers } from "chat/late.js";
import { clock, whenIdle } from "chat/platform.js";
import { t } from "chat/strings.js";

/** @import { Trouble, View } from "chat/late.js" */

const TEXTS = { unreachable: "late_failed", gone: "late_gone" };

/** @param {Partial<View>} [view] what says it instead of the dialog @returns {Late} */
export function makeLate(view = {}) {
  /** @type {Late} */
  const late = new Late({
    view: makeView(() => late, view),
    answers: serverAnswers,
    clock,
    whenIdle,
  });
  return late;
}

/** @param {() => Late} late @param {Partial<View>} instead @returns {View} */
function makeView(late, instead) {
  const dialog = new LateDialog(late);
  return {
    loading: instead.loading ?? (() => dialog.loading()),
    failed: (trouble) => {
      instead.failed?.(trouble);
      dialog.failed(trouble);
    },
    done: () => {
      instead.done?.();
      dialog.done();
    },
  };
}

class LateDialog {
  #late;
  /** @type {HTMLDialogElement | null} */
  #dialog = null;

  /** @param {() => Late} late */
  constructor(late) {
    this.#late = late;
  }

  loading() {
    this.#show(t("late_loading"), null);
  }

  /** @param {Trouble} trouble */
  failed(trouble) {
    this.#show(t(TEXTS[trouble]), trouble);
  }

  /** The focus goes back to what was pressed, from where what has come takes it. */
  done() {
    const dialog = this.#dialog;
    this.#dialog = null;
    dialog?.close();
  }

  /** @param {string} text @param {Trouble | null} trouble */
  #show(text, trouble) {
    const dialog = this.#dialog ?? this.#begin();
    part(dialog, ".dialog__status").textContent = text;
    const buttons = [part(dialog, "[data-do=retry]"), part(dialog, "[data-do=reload]")];
    buttons[0].hidden = trouble !== "unreachable";
    buttons[1].hidden = trouble !== "gone";
    buttons.find(({ hidden }) => !hidden)?.focus();
  }

  #begin() {
    const dialog = /** @type {HTMLDialogElement} */ (clone("late"));
    this.#dialog = dialog;
    document.body.append(dialog);
    dialog.addEventListener("click", ({ target }) => {
      const button = target instanceof Element && target.closest("[data-do]");
      if (target === dialog) dialog.close(); // the ground beside it
      else if (button instanceof HTMLElement) this.#do(button.dataset.do ?? "");
    });
    holdKeys(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (this.#dialog !== dialog) return;
      this.#dialog = null;
      this.#late().giveUp();
    });
    dialog.showModal();
    return dialog;
  }

  /** @param {string} what */
  #do(what) {
    if (what === "reload") location.reload();
    if (what === "retry") {
      this.loading();
      this.#late().retry();
    }
  }
}
