/**
 * What an icon alone means is told to whoever points at it, too, as it is to those who listen. One that tells its
 * shortcut keeps that.
 * @param {EventTarget | null} target what is pointed at
 */
export function label(target) {
  const pressed = target instanceof Element && target.closest("a, button, summary");
  if (!(pressed instanceof HTMLElement)) return;
  const text = pressed.textContent?.trim() ?? "";
  const spoken = pressed.querySelector(".spoken")?.textContent?.trim();
  if (text !== "" && text === spoken && !pressed.title.startsWith(text)) pressed.title = text;
}
