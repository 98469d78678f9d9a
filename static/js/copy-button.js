/** Buttons that copy what stands in the element they name. Without scripts they are not shown. */

for (const button of document.querySelectorAll("button")) {
  const copied = document.getElementById(button.dataset.copies ?? "");
  if (!copied || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(copied.textContent ?? "");
    const label = button.querySelector("span");
    if (label) label.textContent = button.dataset.done ?? "";
  });
}
