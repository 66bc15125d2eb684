// Saves what is typed into form[data-draft-url] shortly after typing stops. While the connection is down the
// text is kept in this tab only (sessionStorage: practices share computers) and sent when it is back. An answer names
// the draft's next revision (X-Draft-Revision); 409 means that it was saved or submitted elsewhere: saving stops.
const PAUSE = 800;
const PATIENCE = 3000;

export function keepDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft-url]")) keepDraft(form);
}

function keepDraft(form) {
  const url = form.dataset.draftUrl;
  const key = `draft:${url}`;
  const status = form.querySelector("[data-draft-status]");
  let timer = 0;
  let saving = Promise.resolve();
  let busy = 0;
  let stopped = false;

  const say = (text) => {
    if (status) status.textContent = text;
  };
  const typed = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  };
  const send = () => {
    busy += 1;
    saving = saving.then(save).finally(() => {
      busy -= 1;
    });
  };
  const save = async () => {
    if (stopped) return;
    const data = typed();
    sessionStorage.setItem(key, JSON.stringify([...data].filter(([name]) => name !== "csrfmiddlewaretoken")));
    try {
      const answer = await fetch(url, { method: "POST", body: data, headers: { "X-Requested-With": "draft" } });
      if (answer.status === 409) {
        stopped = true;
        sessionStorage.removeItem(key);
        say("Changed elsewhere since you opened this page. Save the draft to see both texts.");
        return;
      }
      if (answer.status !== 204) throw new Error(String(answer.status)); // a sign-in page is no answer
      sessionStorage.removeItem(key);
      const revision = answer.headers.get("X-Draft-Revision");
      if (revision && form.elements.revision) form.elements.revision.value = revision;
      say(`Saved ${new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`);
    } catch {
      say("Not saved yet. Your text is kept in this tab and will be sent when the connection is back.");
    }
  };
  const restore = () => {
    const kept = sessionStorage.getItem(key);
    if (!kept) return;
    for (const [name, value] of JSON.parse(kept)) {
      const field = form.elements.namedItem(name);
      if (field && "value" in field && field.type !== "checkbox" && field.type !== "hidden") field.value = value;
    }
    send();
  };

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(send, PAUSE);
  });
  let waited = false;
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    sessionStorage.removeItem(key);
    if (!busy || waited) return;
    event.preventDefault(); // the save under way first: it moves the revision on
    const button = event.submitter;
    Promise.race([saving, new Promise((resolve) => setTimeout(resolve, PATIENCE))]).then(() => {
      waited = true;
      sessionStorage.removeItem(key);
      form.requestSubmit(button);
    });
  });
  window.addEventListener("online", () => {
    if (sessionStorage.getItem(key)) send();
  });
  restore();
}
