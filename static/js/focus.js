// Focus: to the first error of a form.
(() => {
  function toFirstError(root) {
    (root.querySelector("[aria-invalid=true]") ?? root.querySelector(".form-errors"))?.focus();
  }

  toFirstError(document);
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.xhr?.status === 422) toFirstError(event.target);
  });
})();
