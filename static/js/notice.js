// Says over the page what went wrong with a request of htmx; without this it would fail in silence.
(() => {
  function say(text) {
    const notice = document.createElement("div");
    notice.className = "notice tone-danger";
    notice.textContent = text;
    document.getElementById("toasts").replaceChildren(notice);
  }

  document.addEventListener("htmx:afterOnLoad", () => document.getElementById("toasts").replaceChildren());

  document.addEventListener("htmx:sendError", () => say("The server did not answer. Check the connection and try again."));
  document.addEventListener("htmx:responseError", (event) => {
    const { status } = event.detail.xhr;
    if (status === 403) say("You may not do this, or you were signed out. Reload the page to see which.");
    else say(`The server answered with an error (${status}). Reload the page and try again.`);
  });
})();
