// Two minutes before an idle session ends: a dialog that offers to stay, and afterwards says what happened. A form that
// is sent after the end waits until somebody has signed in again, and takes the token of the new session.
import { freshToken } from "./sending.js";

const NOTICE = 120;

export function warnBeforeSignOut(body) {
  const seconds = Number(body.dataset.sessionSeconds || 0);
  if (seconds <= NOTICE) return;

  const dialog = document.createElement("dialog");
  dialog.className = "gpa-session";
  dialog.setAttribute("aria-labelledby", "session-heading");
  const heading = document.createElement("h2");
  heading.id = "session-heading";
  heading.className = "nhsuk-heading-m";
  const text = document.createElement("p");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "nhsuk-button gpa-session__button";
  dialog.append(heading, text, button);
  body.append(dialog);

  let ended = false;
  let since = 0;
  let timers = [];
  const start = () => {
    ended = false;
    since = Date.now();
    timers.forEach(clearTimeout);
    timers = [setTimeout(warn, (seconds - NOTICE) * 1000), setTimeout(end, seconds * 1000)];
  };
  const warn = () => {
    heading.textContent = "You will be signed out soon";
    text.textContent = "For security, we sign you out after a time without activity. You have 2 minutes.";
    button.textContent = "Stay signed in";
    if (!dialog.open) dialog.showModal();
  };
  const end = () => {
    ended = true;
    heading.textContent = "You have been signed out";
    text.textContent = "What you typed is still on this page. Sign in again in another tab, then send it from here.";
    button.textContent = "Close";
    if (!dialog.open) dialog.showModal();
  };

  button.addEventListener("click", async () => {
    dialog.close();
    if (ended) return;
    await fetch("/help/", { cache: "no-store" }).catch(() => {});
    start();
  });
  // Timers stand still while a phone sleeps: the clock says whether the session is over.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const over = ended || Date.now() - since >= seconds * 1000;
    if (!over || form.dataset.draftUrl || !form.elements.csrfmiddlewaretoken) return; // drafts have a way of their own
    event.preventDefault();
    if ((await freshToken(form, location.href)) === "signed-out") {
      end();
      return;
    }
    start();
    form.requestSubmit(event.submitter);
  });
  start();
}
