// Saves what is typed into form[data-draft-url] shortly after typing stops, and keeps it in this tab until the service
// has said that it holds it (sessionStorage: practices share computers). An answer names the draft's next revision
// (X-Draft-Revision); 409 means that it was saved or submitted elsewhere: saving stops.
//
// A save whose answer never came may have been kept all the same. It is sent again, word for word and over the same
// revision, before anything newer: the service then knows it as its own and nothing looks like a change from elsewhere.
import { editRows, rowsUntil } from "./rows.js";
import { filesKey, notify, send } from "./sending.js";

const PAUSE = 800;
const RETRY = 15000;
const NOT_TYPED = new Set(["csrfmiddlewaretoken", "number", "revision", "action", "remove", "remove_row"]);
const OFFLINE = "There is no connection. What you type is kept in this tab and sent when the connection is back.";
const SIGNED_OUT = "You were signed out. What you typed is kept in this tab.";
const ELSEWHERE = "Changed elsewhere since you opened this page. Save the draft to see both texts.";
const NOT_YOURS =
  "You are signed in as somebody else, or this draft is gone. Nothing is saved. What you typed is kept in this tab until somebody signs out of it.";
const BACK = "What you typed before is back: it could not be sent then.";

export function keepDrafts(root) {
  editRows(root);
  for (const page of root.querySelectorAll("[data-draft-done]")) forgetAll(page.dataset.draftDone);
  for (const form of root.querySelectorAll("form[data-draft-url]")) keepDraft(form);
}

const keyOf = (url) => `draft:${url}`;
const forget = (url) => sessionStorage.removeItem(keyOf(url));
const forgetAll = (url) => [keyOf(url), filesKey(url)].forEach((key) => sessionStorage.removeItem(key));

function keepDraft(form) {
  const url = form.dataset.draftUrl;
  const status = form.querySelector("[data-draft-status]");
  let timer = 0;
  let queue = Promise.resolve("kept");
  let unanswered = null;
  let stopped = false;
  let unsaved = false;

  const say = (text) => {
    if (status) status.textContent = text;
  };
  const remember = () => {
    unsaved = true;
    const kept = {
      version: form.dataset.draftVersion,
      revision: form.elements.revision.value,
      typed: typed(form),
      unanswered,
    };
    sessionStorage.setItem(keyOf(url), JSON.stringify(kept));
  };
  const save = () => {
    clearTimeout(timer);
    queue = queue.then(deliverAll);
    return queue;
  };
  const saveIn = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };
  const deliverAll = async () => {
    if (stopped) return "stopped";
    if (unanswered && !same(unanswered, typed(form))) {
      const outcome = await deliver(unanswered);
      if (outcome !== "kept") return outcome;
    }
    return deliver(typed(form));
  };
  const deliver = async (said) => {
    unanswered = said;
    remember();
    const { outcome, response } = await send(form, url, bodyOf(form, said));
    if (outcome === "offline" || response?.status >= 500) return lost();
    unanswered = null;
    if (outcome === "signed-out") return signedOut();
    if (outcome === "not-yours" || [403, 404].includes(response.status)) return notYours();
    if (response.status === 204) return kept(said, response.headers.get("X-Draft-Revision"));
    remember();
    stopped = response.status === 409;
    say(stopped ? ELSEWHERE : "Not saved: something is too long or does not fit. Save the draft to see what.");
    return "refused";
  };
  const lost = () => {
    say("Not saved yet.");
    notify(form, OFFLINE);
    saveIn(RETRY);
    return "offline";
  };
  const signedOut = () => {
    remember();
    say("Not saved yet.");
    notify(form, SIGNED_OUT, true);
    return "signed-out";
  };
  const notYours = () => {
    remember();
    say("Not saved.");
    notify(form, NOT_YOURS);
    return "not-yours";
  };
  const kept = (said, revision) => {
    form.elements.revision.value = revision;
    say(`Saved ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`);
    notify(form, "");
    if (same(said, typed(form))) {
      unsaved = false;
      forget(url);
    } else remember();
    return "kept";
  };
  const restore = () => {
    const held = JSON.parse(sessionStorage.getItem(keyOf(url)) || "null");
    if (!held) return;
    if (held.version !== form.dataset.draftVersion) {
      forget(url); // of a version that was submitted since: it does not come back
      return;
    }
    const differs = !same(held.typed, typed(form));
    if (differs) fill(form, held.typed);
    ({ unanswered } = held);
    form.elements.revision.value = held.revision; // over which it was typed: what changed elsewhere is not overwritten
    unsaved = true;
    save().then((outcome) => {
      if (differs && outcome === "kept") notify(form, `${BACK} It is saved now.`);
    });
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    remember();
    saveIn(PAUSE);
  });
  leaveOnce(form, save, say);
  window.addEventListener("online", () => unsaved && save());
  window.addEventListener("focus", () => unsaved && save()); // signed in again in another tab
  restore();
}

// Sends the form once, and only when everything typed before has had its answer. Without a connection, and where the
// draft is not theirs who are signed in, it stays here.
function leaveOnce(form, save, say) {
  let leaving = false;
  let ready = false;
  form.addEventListener("submit", async (event) => {
    if (ready) return;
    event.preventDefault();
    if (leaving) return; // a second click
    leaving = true;
    const button = event.submitter;
    say("Sending…");
    const outcome = await save();
    if (outcome === "not-yours") {
      leaving = false;
      return;
    }
    if (outcome === "offline") {
      leaving = false;
      say("Not sent.");
      notify(form, "There is no connection, so nothing was sent. It is kept in this tab: press the button again later.");
      return;
    }
    ready = true;
    form.dispatchEvent(new Event("draft:leaving"));
    setTimeout(() => form.requestSubmit(button)); // inside this event it would be ignored
  });
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) leaving = ready = false;
  });
}

// What is typed and ticked, as pairs; empty boxes left out.
function typed(form) {
  return [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && value.trim() && !NOT_TYPED.has(name),
  );
}

function bodyOf(form, said) {
  const data = new FormData();
  for (const [name, value] of said) data.append(name, value);
  data.set("number", form.elements.number.value);
  data.set("revision", form.elements.revision.value);
  return data;
}

const same = (one, other) => plain(one) === plain(other);
const plain = (pairs) => JSON.stringify(pairs.map(([name, value]) => [name, value.replace(/\r\n/g, "\n").trim()]));

function fill(form, said) {
  for (const [name] of said) rowsUntil(form, name);
  const values = new Map(said);
  const ticked = new Set(said.map((pair) => pair.join("=")));
  for (const field of form.elements) {
    if (!field.name || NOT_TYPED.has(field.name) || ["file", "submit", "button", "hidden"].includes(field.type)) continue;
    if (field.type !== "checkbox") {
      field.value = values.get(field.name) ?? "";
    } else if (field.checked !== ticked.has(`${field.name}=${field.value}`)) {
      field.click(); // as a person would: what depends on it is shown or hidden
      field.closest("details")?.setAttribute("open", "");
    }
  }
}
