// Saves what is typed into form[data-draft-url] shortly after typing stops. While the connection is down the
// text is kept in this tab only (sessionStorage: practices share computers) and sent when it is back.
const PAUSE = 800;

export function keepDrafts(root) {
  for (const form of root.querySelectorAll("form[data-draft-url]")) keepDraft(form);
}

function keepDraft(form) {
  const url = form.dataset.draftUrl;
  const key = `draft:${url}`;
  const status = form.querySelector("[data-draft-status]");
  let timer = 0;

  const say = (text) => {
    if (status) status.textContent = text;
  };
  const typed = () => {
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  };
  const send = async () => {
    const data = typed();
    sessionStorage.setItem(key, JSON.stringify([...data].filter(([name]) => name !== "csrfmiddlewaretoken")));
    try {
      const answer = await fetch(url, { method: "POST", body: data, headers: { "X-Requested-With": "draft" } });
      if (!answer.ok) throw new Error(String(answer.status));
      sessionStorage.removeItem(key);
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
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    sessionStorage.removeItem(key);
  });
  window.addEventListener("online", () => {
    if (sessionStorage.getItem(key)) send();
  });
  restore();
}
