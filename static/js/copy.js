// Copies the text of data-copy, says so to everybody, and works where the clipboard API does not (plain http).
(() => {
  async function write(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }

  const spoken = document.createElement("div");
  spoken.className = "visually-hidden";
  spoken.role = "status";
  document.body.append(spoken);

  addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await write(button.dataset.copy);
    button.focus();
    button.classList.add("copied");
    spoken.textContent = "Copied";
    setTimeout(() => {
      button.classList.remove("copied");
      spoken.textContent = "";
    }, 1500);
  });
})();
