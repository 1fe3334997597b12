// Single keys: "/" to the search of the page, "g u" to the users, "?" for all of them. None while somebody types, and
// none at all once they are switched off: who speaks to the computer would press them by accident.
(() => {
  const sheet = document.getElementById("shortcuts");
  if (!sheet) return;
  const on = () => localStorage.getItem("shortcuts") !== "off";
  let wentAt = -Infinity; // when "g" was pressed

  function apply() {
    for (const button of document.querySelectorAll("[data-shortcuts-switch]")) button.ariaChecked = String(on());
  }

  function search() {
    const field = document.querySelector("main input[type=search]");
    if (field) field.select();
    else document.querySelector(".bar-search").click();
    field?.focus();
  }

  apply();
  addEventListener("storage", apply);
  addEventListener("click", (event) => {
    if (event.target.closest("[data-open-shortcuts]")) {
      document.getElementById("user-menu").hidePopover();
      sheet.showModal();
    }
    if (!event.target.closest("[data-shortcuts-switch]")) return;
    localStorage.setItem("shortcuts", on() ? "off" : "on");
    apply();
  });

  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !on()) return;
    if (document.querySelector("dialog[open]")) return;
    const page = event.timeStamp - wentAt < 1500 && sheet.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    wentAt = !page && event.key === "g" ? event.timeStamp : -Infinity;
    if (page) page.click();
    else if (event.key === "/") search();
    else if (event.key === "?") sheet.showModal();
    else return;
    event.preventDefault();
  });
})();
