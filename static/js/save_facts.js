// Saves the facts of the page as a CSV file. Made here and not in a link: a browser keeps the address of a download.
(() => {
  const button = document.querySelector("[data-save-as]");

  function csv() {
    const facts = [...document.querySelectorAll(".facts > div")];
    const names = facts.map((fact) => fact.querySelector("dt").textContent);
    const values = facts.map((fact) => fact.querySelector("[data-copy]").dataset.copy);
    return [names, values].map((row) => `${row.join(",")}\r\n`).join("");
  }

  button.addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
    link.download = button.dataset.saveAs;
    link.click();
    // Not at once: the browser has only been asked to read it.
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });
  button.hidden = false;
})();
