// Focus: to the first error of a form, and to the search box on "/".
(() => {
  function toFirstError(root) {
    (root.querySelector("[aria-invalid=true]") ?? root.querySelector(".form-errors"))?.focus();
  }

  toFirstError(document);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.xhr?.status === 422) toFirstError(event.target);
  });

  addEventListener("keydown", (event) => {
    const typing = event.target.matches("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const search = document.querySelector("main input[type=search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  });
})();
