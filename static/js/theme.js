// The theme: the system's, until the switch in the user menu says otherwise. Runs before the first paint.
(() => {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => localStorage.getItem("theme") ?? "system";

  function apply() {
    const theme = chosen();
    document.documentElement.dataset.bsTheme = theme === "system" ? (system.matches ? "dark" : "light") : theme;
    for (const button of document.querySelectorAll("[data-theme-switch] button")) {
      button.ariaPressed = String(button.value === theme);
    }
  }

  apply();
  system.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("DOMContentLoaded", apply);
  addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-switch] button");
    if (!button) return;
    localStorage.setItem("theme", button.value);
    apply();
  });
})();
