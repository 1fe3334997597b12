// Ticks all rows of a list's page, and says how many are ticked.
(() => {
  const boxes = (form) => [...form.querySelectorAll("[name=chosen]")];

  addEventListener("change", ({ target }) => {
    const form = target.closest?.(".list-form");
    if (!form) return;
    const all = form.querySelector("[data-tick-all]");
    if (target === all) for (const box of boxes(form)) box.checked = all.checked;
    const ticked = boxes(form).filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes(form).length;
    all.indeterminate = ticked > 0 && !all.checked;
    const said = form.querySelector("[data-ticked]");
    if (said) said.textContent = `${ticked} chosen`;
  });
})();
