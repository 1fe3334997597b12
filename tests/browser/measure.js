// What a page is measured by, in every document that a test opens: `measured.sideways()` and the like give sentences.
(() => {
  const name = (element) => {
    const label = element.getAttribute("aria-label") ?? element.textContent.trim().replace(/\s+/g, " ").slice(0, 40);
    return `<${element.tagName.toLowerCase()}${element.id ? `#${element.id}` : ""} class="${element.getAttribute("class") ?? ""}"> ${label}`;
  };
  const style = (element) => getComputedStyle(element);
  const hidesOverflow = (element) => style(element).overflowX !== "visible" || style(element).overflowY !== "visible";
  const forListenersOnly = (element) => {
    for (let around = element; around; around = around.parentElement) if (style(around).clipPath === "inset(50%)" || style(around).clip === "rect(0px, 0px, 0px, 0px)") return true;
    return false;
  };

  // What of an element can be seen: its box within all boxes around it that clip or scroll.
  function seen(rect, element) {
    let { left, top, right, bottom } = rect;
    for (let around = element; around && around !== document.body; around = around.parentElement) {
      if (style(around).position === "fixed") break;
      if (!hidesOverflow(around)) continue;
      const box = around.getBoundingClientRect();
      [left, top] = [Math.max(left, box.left), Math.max(top, box.top)];
      [right, bottom] = [Math.min(right, box.right), Math.min(bottom, box.bottom)];
    }
    return right - left > 1 && bottom - top > 1 ? { left, top, right, bottom } : null;
  }

  // Over the page on purpose: what is sticky or floats.
  const floats = (element) => {
    for (let around = element; around; around = around.parentElement) {
      if (["fixed", "sticky"].includes(style(around).position)) return true;
    }
    return false;
  };

  function texts() {
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (!node.data.trim() || ["SCRIPT", "STYLE", "OPTION", "TEXTAREA"].includes(element.tagName)) continue;
      if (!element.checkVisibility({ visibilityProperty: true }) || forListenersOnly(element)) continue;
      found.push({ node, element });
    }
    return found;
  }

  function lines({ node, element }) {
    const range = document.createRange();
    range.selectNodeContents(node);
    return [...range.getClientRects()].map((rect) => seen(rect, element)).filter(Boolean);
  }

  const sideways = () => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const out = [...document.querySelectorAll("body *")].filter((each) => {
      const box = seen(each.getBoundingClientRect(), each);
      return box && box.right > clientWidth + 1;
    });
    return [`the page scrolls sideways, ${scrollWidth} > ${clientWidth}: ${name(out.at(-1) ?? document.body)}`];
  };

  // Text in a box that hides what does not fit, and does not scroll.
  const cutOff = () => {
    const boxes = new Set();
    for (const { element } of texts()) {
      if (element.closest(".cm-editor")) continue; // which draws only what is in sight
      for (let around = element; around && around !== document.body; around = around.parentElement) boxes.add(around);
    }
    return [...boxes]
      .filter((box) => {
        const { overflowX, overflowY, textOverflow } = style(box);
        const across = ["hidden", "clip"].includes(overflowX) && box.scrollWidth > box.clientWidth + 1;
        const down = ["hidden", "clip"].includes(overflowY) && box.scrollHeight > box.clientHeight + 1;
        return (across && !(textOverflow === "ellipsis" && box.closest("[title]"))) || down;
      })
      .map((box) => `its text is cut off: ${name(box)}`);
  };

  const overlapping = () => {
    const all = texts().filter(({ element }) => !floats(element)).flatMap((text) => lines(text).map((box) => ({ ...text, box })));
    const found = [];
    for (const [place, one] of all.entries()) {
      for (const other of all.slice(place + 1)) {
        if (one.element === other.element) continue;
        const across = Math.min(one.box.right, other.box.right) - Math.max(one.box.left, other.box.left);
        const down = Math.min(one.box.bottom, other.box.bottom) - Math.max(one.box.top, other.box.top);
        // The lines of a paragraph overlap a little: a font is higher than what it draws.
        if (across > 3 && down > 6) found.push(`two texts lie over each other: ${name(one.element)} and ${name(other.element)}`);
      }
    }
    return found;
  };

  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex], [contenteditable=true]";
  const looks = ["outlineStyle", "outlineWidth", "boxShadow", "borderColor", "textDecorationLine", "backgroundColor"];
  const looksOf = (element) => looks.map((property) => style(element)[property]).join(" ");

  // What can be used can be reached by the Tab key and shows that it is reached.
  const unreachable = () => {
    const found = [];
    const before = document.activeElement;
    const [x, y] = [scrollX, scrollY];
    for (const control of document.querySelectorAll(CONTROLS)) {
      if (control.disabled || control.closest(".cm-editor, fieldset:disabled") || !control.checkVisibility({ visibilityProperty: true })) continue;
      if (control.tabIndex < 0) {
        if (forListenersOnly(control)) continue;
        // The numbers of lines, a pager's end and where scripts put the focus say so themselves.
        if (control.matches("a[href]:not(.line-number), button:not([role=tab]), summary, select, textarea")) found.push(`the Tab key skips ${name(control)}`);
        continue;
      }
      if (control.tabIndex > 0) found.push(`it has an order of its own: ${name(control)}`);
      control.blur();
      const shown = control.matches("[type=radio], [type=checkbox]") ? [control, control.nextElementSibling ?? control] : [control];
      const without = shown.map(looksOf).join();
      control.focus({ focusVisible: true, preventScroll: true });
      if (document.activeElement !== control) found.push(`it takes no focus: ${name(control)}`);
      else if (shown.map(looksOf).join() === without) found.push(`its focus cannot be seen: ${name(control)}`);
    }
    before === document.body ? document.activeElement.blur() : before.focus({ preventScroll: true });
    scrollTo(x, y);
    return found;
  };

  const shifts = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      if (entry.value < 0.0001) continue; // a fraction of a pixel, of an icon
      const moved = entry.sources.map(({ node }) => (node instanceof Element ? name(node) : "text")).join(" and ");
      shifts.push(`it jumps by ${entry.value.toFixed(4)}: ${moved}`);
    }
  }).observe({ type: "layout-shift", buffered: true });

  // Observers hear of a shift in a task of their own, after it was painted.
  const shifted = async () => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    return shifts.splice(0);
  };

  const loaded = () => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map(({ name, encodedBodySize }) => [name, encodedBodySize]);

  globalThis.measured = { sideways, cutOff, overlapping, unreachable, shifted, loaded };
})();
