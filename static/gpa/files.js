// Sends each file of a draft by itself as soon as it is chosen: with its progress, and again when the line was cut. The
// service keeps the same file once, however often it arrives. What is still unsent when the form is sent goes with it.
import { filesKey, freshToken, notify } from "./sending.js";

const LONGEST_WAIT = 30000;
const SILENCE = 30000;
// The service may change a name a little: letters and figures before the ending are what both have.
const stem = (name) => name.normalize("NFC").replace(/\.[^.]*$/, "").replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();

for (const zone of document.querySelectorAll("[data-files-url]")) takeFiles(zone);

function takeFiles(zone) {
  const form = zone.closest("form");
  const url = zone.dataset.filesUrl;
  const key = filesKey(form.dataset.draftUrl || form.dataset.draftDone);
  const inputs = [...zone.querySelectorAll("input[type=file]")];
  const sending = zone.querySelector("[data-files-sending]");
  const list = zone.querySelector("[data-files-list]");
  const unsent = [];
  let busy = false;

  const announce = (text) => {
    zone.querySelector("[data-files-status]").textContent = text;
  };
  const remember = () => {
    if (unsent.length) sessionStorage.setItem(key, JSON.stringify(unsent.map((one) => one.file.name)));
    else sessionStorage.removeItem(key);
  };
  const drop = (one) => {
    unsent.splice(unsent.indexOf(one), 1);
    remember();
  };
  const next = async () => {
    if (busy || !unsent.length) return;
    busy = true;
    const one = unsent[0];
    const answer = await upload(form, url, one);
    busy = false;
    settle(one, answer);
  };
  const settle = async (one, answer) => {
    const renewed = answer.status === 403 && !one.renewed ? await freshToken(form) : "";
    if (answer.status === 201) {
      drop(one);
      add(answer.text);
      one.line.remove();
      announce(`${one.file.name} is added.`);
      next();
    } else if ([400, 409, 413].includes(answer.status)) {
      drop(one);
      one.say(`was not added. ${answer.status === 413 ? "It is too large." : answer.text}`, "error");
      next();
    } else if (answer.status === 404 || renewed === "not-yours") {
      drop(one); // this draft is not of whoever is signed in now: it is not sent again and again
      one.say("was not added: somebody else is signed in. Sign in as yourself and choose it again.", "error");
      next();
    } else if (renewed === "answered") {
      one.renewed = true;
      next();
    } else if (answer.signedOut) {
      one.say("is not sent yet: you were signed out.", "error");
      notify(form, "You were signed out. What you typed is kept in this tab; choose the files again.", true);
    } else {
      one.tries += 1;
      one.say("is not sent yet. It is sent when the connection is back.");
      setTimeout(next, Math.min(LONGEST_WAIT, 1000 * 2 ** one.tries));
    }
  };
  const add = (html) => {
    const line = document.createRange().createContextualFragment(html).firstElementChild;
    if (!list.querySelector(`[data-file="${line.dataset.file}"]`)) list.append(line);
    zone.querySelector("[data-files-added]").hidden = false;
    if (line.matches("[data-file-unread]")) zone.querySelector("[data-files-unread]").hidden = false;
  };
  const missing = () => {
    const there = new Set([...list.children].map((line) => stem(line.dataset.fileName)));
    const names = JSON.parse(sessionStorage.getItem(key) || "[]").filter((name) => !there.has(stem(name)));
    sessionStorage.removeItem(key);
    for (const name of names) lineOf(sending, name).say("was not sent. Choose it again.", "error");
  };

  for (const input of inputs) {
    input.addEventListener("change", () => {
      if (!input.files.length) return;
      for (const file of input.files) unsent.push({ file, tries: 0, ...lineOf(sending, file.name) });
      input.value = ""; // sent from here on, not again with the form
      input.dispatchEvent(new Event("change"));
      remember();
      next();
    });
  }
  form.addEventListener("draft:leaving", () => {
    const carried = new DataTransfer();
    for (const one of unsent) {
      one.request?.abort();
      carried.items.add(one.file);
    }
    inputs[0].files = carried.files;
  });
  window.addEventListener("online", next);
  window.addEventListener("focus", next);
  missing();
}

// { status, text }, { signedOut }, or { status: 0 } where the line was cut or silent for long.
function upload(form, url, one) {
  return new Promise((resolve) => {
    const data = new FormData();
    data.set("file", one.file);
    data.set("number", form.elements.number.value);
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const request = new XMLHttpRequest();
    one.request = request;
    let silence = setTimeout(() => request.abort(), SILENCE);
    request.upload.addEventListener("progress", (event) => {
      clearTimeout(silence);
      silence = setTimeout(() => request.abort(), SILENCE);
      one.progress(event.loaded / event.total);
    });
    request.addEventListener("loadend", () => {
      clearTimeout(silence);
      const signedOut = request.status === 200;
      resolve({ status: request.status, text: request.responseText, signedOut });
    });
    one.say("is being sent.");
    request.open("POST", url);
    request.send(data);
  });
}

// A line for a file that is not there yet: its name, what is happening, and a bar while it is sent.
function lineOf(sending, name) {
  const line = document.createElement("li");
  const title = document.createElement("strong");
  const text = document.createElement("span");
  const bar = document.createElement("progress");
  title.textContent = name;
  bar.max = 1;
  bar.hidden = true;
  bar.className = "gpa-progress__bar";
  bar.setAttribute("aria-label", `How much of ${name} is sent`);
  line.className = "gpa-files__line";
  line.append(title, " ", text, bar);
  sending.append(line);
  return {
    line,
    say(said, kind = "") {
      text.textContent = said;
      text.className = kind === "error" ? "nhsuk-error-message" : "gpa-note";
      bar.hidden = true;
    },
    progress(share) {
      bar.hidden = false;
      bar.value = share;
    },
  };
}
