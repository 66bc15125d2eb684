// Starts what makes a page easier: every page works without it.
import { initAll } from "../nhsuk/js/nhsuk-frontend.min.js";
import { keepDrafts } from "./draft.js";
import { warnBeforeSignOut } from "./session.js";
import { clearAfterSignOut } from "./signout.js";

initAll();
clearAfterSignOut(document.body);
keepDrafts(document);
warnBeforeSignOut(document.body);

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A filter that is set stays open on a phone; otherwise the list comes first.
for (const filter of document.querySelectorAll("details[data-open-wide]")) {
  if (window.matchMedia("(min-width: 40.0625em)").matches) filter.open = true;
}
