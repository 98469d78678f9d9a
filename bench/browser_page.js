// Runs in the page before its own scripts, and notes what a visitor would notice.
globalThis.seen = { long: [], frames: [], keys: [], readable: null, welcomed: null, usable: null };

globalThis.WebSocket = class extends WebSocket {
  constructor(...where) {
    super(...where);
    this.addEventListener("message", ({ data }) => {
      if (String(data).includes('"type":"welcome"')) seen.welcomed ??= performance.now();
    });
  }
};

new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) seen.long.push(duration);
}).observe({ type: "longtask", buffered: true });

/** Readable: a frame is drawn in which there are messages. Usable: the scripts have the composer. */
function look() {
  if (document.querySelector("#timeline .message")) {
    requestAnimationFrame(() => seen.readable ??= performance.now());
  }
  const text = document.querySelector("#composer textarea");
  if (text && !text.required) seen.usable ??= performance.now();
  if (seen.readable === null || seen.usable === null) requestAnimationFrame(look);
}
requestAnimationFrame(look);

/** From the press to the frame that shows what it wrote. */
addEventListener("keydown", (press) => {
  addEventListener("input", () => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel(); // its turn comes after the frame
      port1.onmessage = () => seen.keys.push(performance.now() - press.timeStamp);
      port2.postMessage(null);
    });
  }, { once: true, capture: true });
}, { capture: true });

seen.frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

seen.live = async () => {
  while (!(seen.readable && seen.welcomed && seen.usable)) await seen.frame();
};

/** Opens a room by its row in the list, until a frame shows its messages. */
seen.open = async (slug) => {
  const href = `/rooms/${slug}/`;
  const began = performance.now();
  document.querySelector(`#room-list a[href="${href}"]`).click();
  while (!document.querySelector(`#timeline .message a[href^="${href}"]`)) await seen.frame();
  await seen.frame();
  return performance.now() - began;
};

/** From the end towards the first message, nearly a screen a frame; the lowest number that came into the page. */
seen.scroll = async (seconds) => {
  const timeline = document.querySelector("#timeline");
  const until = performance.now() + seconds * 1000;
  let lowest = Infinity;
  timeline.scrollTop = timeline.scrollHeight;
  while (lowest > 1 && performance.now() < until) {
    seen.frames.push(await seen.frame());
    timeline.scrollTop -= timeline.clientHeight * 0.9;
    const first = timeline.querySelector("[data-seq]")?.dataset.seq;
    if (first) lowest = Math.min(lowest, Number(first));
  }
  return lowest;
};
