/** What was reported in the open room and waits for one's decision, in a dialog that follows what others decide. */

import { addressOf } from "chat/addresses.js";
import { confirmDeletion } from "chat/components/deletion.js";
import { ask } from "chat/components/dialog.js";
import { fillExcerpt } from "chat/components/excerpt.js";
import { sayTrouble } from "chat/components/form.js";
import { LoadState } from "chat/components/load-state.js";
import { clone, part, reconcile } from "chat/components/markup.js";
import { memberDialog } from "chat/components/member-dialog.js";
import { isKeeper, outranks } from "chat/may.js";
import { codeOf, refusal } from "chat/refusals.js";
import { Reports } from "chat/reports.js";
import { t } from "chat/strings.js";

/** @import { App } from "chat/app.js" */
/** @import { Message, OwnRoom, Report, Reported } from "chat/wire.d.ts" */

/** @param {App} app @param {OwnRoom} room */
export async function showReports(app, room) {
  const ending = new AbortController();
  await ask("reports", (dialog) => new Panel(dialog, app, room.id).connect(ending.signal));
  ending.abort();
  // What opened it goes with the last report, and cannot keep the focus that it was given back.
  if (!app.store.rooms.get(room.id)?.reports) document.getElementById("timeline")?.focus();
}

class Panel {
  #dialog;
  #app;
  #room;
  #state;
  #reports = new Reports();

  /** @param {HTMLDialogElement} dialog @param {App} app @param {number} room */
  constructor(dialog, app, room) {
    this.#dialog = dialog;
    this.#app = app;
    this.#room = room;
    this.#state = new LoadState(dialog, () => this.#load());
  }

  /** @param {AbortSignal} signal */
  connect(signal) {
    signal.addEventListener("abort", this.#app.store.subscribe(() => this.#follow()));
    part(this.#dialog, ".excerpts__more").addEventListener("click", () => this.#showMore(), {
      signal,
    });
    part(this.#dialog, ".excerpts").addEventListener("click", ({ target }) => {
      const pressed = target instanceof Element && target.closest(".excerpts__jump, button");
      if (pressed instanceof HTMLAnchorElement) this.#dialog.close("");
      else if (pressed instanceof HTMLButtonElement) this.#do(pressed);
    }, { signal });
    this.#reports.follow(this.#own?.reports);
    this.#state.connect(signal);
  }

  get #own() {
    return this.#app.store.rooms.get(this.#room);
  }

  #follow() {
    const own = this.#own;
    if (!own || !isKeeper(own)) return this.#dialog.close("");
    const isOther = this.#reports.follow(own.reports);
    this.#draw();
    if (isOther && this.#reports.wanted.length > 0) this.#state.start();
    else this.#state.say(this.#words);
  }

  #showMore() {
    this.#reports.showMore();
    this.#state.start();
  }

  /** An answer may be shorter than what was asked for. What it says otherwise than was told, an event will tell. */
  async #load() {
    for (let before = Infinity; this.#reports.wanted.length < before;) {
      const { wanted } = this.#reports;
      if (wanted.length === 0) break;
      before = wanted.length;
      this.#reports.load(await this.#app.client.reports(this.#room, wanted));
      this.#draw();
    }
    this.#draw();
    return this.#words;
  }

  get #words() {
    return this.#reports.isEmpty ? t("reports_none") : "";
  }

  #draw() {
    part(this.#dialog, ".excerpts__more").hidden = !this.#reports.more;
    reconcile(part(this.#dialog, ".excerpts"), this.#reports.list, {
      key: ({ message }) => String(message.seq),
      signature: (reported) =>
        JSON.stringify([reported, this.#newest(reported).rev, this.#mayMute(reported.message)]),
      build: (reported) => this.#build(reported),
    });
  }

  /** It may have been edited or deleted since. @param {Reported} reported @returns {Message} */
  #newest({ message }) {
    const held = this.#app.store.histories.get(this.#room)?.find(message.seq);
    return held && held.rev > message.rev ? held : message;
  }

  /** Who has left cannot write any more. @param {Message} message */
  #mayMute({ author }) {
    const own = this.#own;
    const role = this.#app.store.members.get(this.#room)?.rows.get(author ?? 0)?.role;
    return own !== undefined && typeof role === "string" && outranks(own, role);
  }

  /** @param {number | null} user */
  #nameOf(user) {
    return this.#app.store.users.get(user ?? 0)?.name ?? t("gone_user");
  }

  /** @param {Reported} reported */
  #build(reported) {
    const item = clone("reported");
    const message = this.#newest(reported);
    item.dataset.seq = String(message.seq);
    fillExcerpt(item, message, this.#app);
    part(item, ".reported__by").replaceChildren(...reported.reports.map((one) => this.#line(one)));
    const others = reported.count - reported.reports.length;
    part(item, ".reported__others").textContent = others > 0 ? t("others", { n: others }) : "";
    const own = this.#own;
    if (own) part(item, "a").setAttribute("href", addressOf(own, message.seq));
    part(item, "[data-do=mute]").hidden = !this.#mayMute(message);
    part(item, "[data-do=removed]").hidden = message.deleted_at !== null;
    return item;
  }

  /** @param {Report} report */
  #line({ by, reason, at }) {
    const line = clone("complaint");
    part(line, ".complaint__who").textContent = this.#nameOf(by);
    part(line, ".excerpt__time").textContent = this.#app.format.full(at);
    part(line, ".complaint__reason").textContent = reason;
    return line;
  }

  /** @param {HTMLButtonElement} button */
  async #do(button) {
    const seq = Number(button.closest("li[data-seq]")?.getAttribute("data-seq"));
    const reported = this.#reports.list.find(({ message }) => message.seq === seq);
    if (!reported) return;
    const message = this.#newest(reported);
    const what = button.dataset.do;
    if (what === "mute") return this.#mute(message);
    if (what === "removed" && !await confirmDeletion(message, this.#app)) return;
    await this.#decide(button, reported, what);
  }

  /** @param {Message} message */
  #mute({ author }) {
    const [own, user] = [this.#own, this.#app.store.users.get(author ?? 0)];
    if (own && user) memberDialog(this.#app, own, user);
  }

  /** Who complained meanwhile was not heard: what they said comes as a line of its own. @param {HTMLButtonElement} button @param {Reported} reported @param {string} [decision] */
  async #decide(button, { message: { seq }, last }, decision) {
    sayTrouble(this.#dialog, "", this.#app.notice);
    button.disabled = true;
    try {
      await this.#app.client.act("report.decide", { room: this.#room, seq, last, decision });
    } catch (error) {
      button.disabled = false;
      const isDecided = codeOf(error) === "conflict";
      const words = isDecided
        ? t("report_decided")
        : t("couldnt_decide", { reason: refusal(error) });
      sayTrouble(this.#dialog, words, this.#app.notice);
      if (!isDecided) return;
    }
    this.#reports.forget(seq);
    this.#draw();
    if (this.#reports.wanted.length > 0) this.#state.start();
  }
}
