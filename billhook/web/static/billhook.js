// Whoever pressed a button sees that it is being done, and a second press meanwhile sends nothing.
// Without scripts forms work as well: what moves money is done once by its key.
"use strict";

const LONGEST = 30_000; // milliseconds; by then something went wrong, and it may be pressed again

addEventListener("submit", (event) => {
  const button = event.submitter;
  if (!button) return;
  if (button.ariaBusy === "true") {
    event.preventDefault();
    return;
  }
  setTimeout(() => (button.ariaBusy = "true")); // not before the form is on its way
  setTimeout(() => (button.ariaBusy = null), LONGEST);
});

// A page that the browser kept comes back as it was left.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("button[aria-busy]")) button.ariaBusy = null;
});
