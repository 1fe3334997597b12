// The palette: Ctrl-K opens it, arrows choose, Enter goes there. htmx asks for the results and drops what is stale.
(() => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = palette.querySelector("[role=combobox]");
  const results = document.getElementById("palette-results");
  const status = palette.querySelector("[role=status]");
  let stale = true; // what is shown is not yet of the text that stands there
  let wanted = null; // Enter that was pressed meanwhile

  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    for (const key of document.querySelectorAll("[data-mac]")) key.textContent = key.dataset.mac;
  }

  const options = () => [...results.querySelectorAll("[role=option]")];
  const chosen = () => results.querySelector("[aria-selected=true]");

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option?.id ?? "");
  }

  function move(by) {
    const all = options();
    if (all.length) choose(all[(all.indexOf(chosen()) + by + all.length) % all.length]);
  }

  function go(option, inNewTab) {
    if (!option) return;
    if (option.ariaDisabled) status.textContent = option.innerText;
    else if (inNewTab && option.href) open(option.href, "_blank", "noopener");
    else option.click();
  }

  function show(text = "") {
    if (palette.open) return;
    for (const other of document.querySelectorAll("dialog[open]")) other.close();
    input.value = text;
    stale = true;
    palette.showModal();
    htmx.trigger(input, "palette:open");
  }

  function fail(event) {
    event.stopPropagation(); // the notice of the page would be behind the palette
    results.replaceChildren(Object.assign(document.createElement("p"), { className: "palette-none", textContent: "The server did not answer. Try again." }));
    input.ariaExpanded = "false";
    wanted = null;
  }

  results.addEventListener("htmx:afterSwap", () => {
    stale = false;
    const all = options();
    input.ariaExpanded = String(all.length > 0);
    choose(all[0]);
    status.textContent = document.getElementById("palette-list").dataset.status;
    if (wanted) go(all[0], wanted.inNewTab);
    wanted = null;
  });
  palette.addEventListener("htmx:sendError", fail);
  palette.addEventListener("htmx:responseError", fail);
  palette.addEventListener("close", () => {
    results.replaceChildren();
    input.value = status.textContent = "";
    input.ariaExpanded = "false";
    wanted = null;
  });

  addEventListener("pagehide", () => palette.close()); // or Back would show it again

  input.addEventListener("input", () => {
    stale = true;
    wanted = null;
    htmx.trigger(input, "htmx:abort"); // what comes now is of an older text
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const inNewTab = event.ctrlKey || event.metaKey;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Home" && !event.shiftKey) choose(options()[0]);
    else if (event.key === "End" && !event.shiftKey) choose(options().at(-1));
    else if (event.key === "Enter" && stale) wanted = { inNewTab };
    else if (event.key === "Enter") go(chosen(), inNewTab);
    else return;
    event.preventDefault();
  });
  results.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  });

  addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    show();
  });
  // The box in the bar is a form that leads to the page of results; who clicks into it gets the palette.
  const box = document.querySelector(".bar-search");
  box.addEventListener("mousedown", (event) => event.preventDefault());
  box.addEventListener("click", () => show(box.elements.q.value));
})();
