// The policy editor: line numbers, the lines with findings marked, and a jump from a finding to its place.
(() => {
  const editor = document.querySelector(".policy-editor");
  const text = editor.querySelector("textarea");
  const gutter = editor.querySelector(".gutter");
  const findings = editor.querySelector(".findings");

  function number() {
    const count = text.value.split("\n").length;
    while (gutter.childElementCount > count) gutter.lastElementChild.remove();
    while (gutter.childElementCount < count) {
      const line = document.createElement("span");
      line.textContent = gutter.childElementCount + 1;
      gutter.append(line);
    }
    gutter.scrollTop = text.scrollTop;
  }

  function mark() {
    for (const line of gutter.children) delete line.dataset.type;
    // From the last to the first, so that the most serious, which come first, win.
    for (const place of [...findings.querySelectorAll("[data-line]")].reverse()) {
      const line = gutter.children[place.dataset.line - 1];
      if (line) line.dataset.type = place.closest("li").dataset.type;
    }
  }

  // Columns count code points, as the server does; the textarea counts UTF-16 units.
  function offset(line, column) {
    const lines = text.value.split("\n");
    const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
    return before + [...(lines[line - 1] ?? "")].slice(0, column).join("").length;
  }

  findings.addEventListener("click", (event) => {
    const place = event.target.closest("[data-line]")?.dataset;
    if (!place) return;
    event.preventDefault();
    text.focus();
    text.setSelectionRange(offset(place.line, place.column), offset(place.endLine, place.endColumn));
    const height = parseFloat(getComputedStyle(text).lineHeight);
    text.scrollTop = (place.line - 1) * height - text.clientHeight / 3;
  });
  text.addEventListener("input", number);
  text.addEventListener("scroll", () => (gutter.scrollTop = text.scrollTop));
  findings.addEventListener("htmx:afterSwap", mark);
  number();
  mark();
})();
