// Sends to the service from a page that may have lost its connection, its session or its token since it was opened.
const PATIENCE = 15000;

// Where the names of files that were chosen and not sent yet are kept in this tab, by the address of the autosave.
export const filesKey = (url) => `files:${url}`;

// The answer of the service to a POST: { outcome: "answered", response }, or
// { outcome: "offline" | "signed-out" | "not-yours" }.
export async function send(form, url, data) {
  for (let again = false; ; again = true) {
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    let response;
    try {
      response = await fetch(url, { ...request(), method: "POST", body: data });
    } catch {
      return { outcome: "offline" };
    }
    if (response.type === "opaqueredirect") return { outcome: "signed-out" };
    if (response.status !== 403 || again) return { outcome: "answered", response };
    const outcome = await freshToken(form); // somebody signed in again in another tab: that changes the token
    if (outcome !== "answered") return { outcome };
  }
}

// Takes the token of a page loaded now. "answered", "offline" or "signed-out"; "not-yours" where whoever is signed in
// now has no such page.
export async function freshToken(form, address = form.getAttribute("action")) {
  try {
    const response = await fetch(address, request());
    if (response.type === "opaqueredirect") return "signed-out";
    if ([403, 404].includes(response.status)) return "not-yours";
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    form.elements.csrfmiddlewaretoken.value = page.querySelector("[name=csrfmiddlewaretoken]").value;
    return "answered";
  } catch {
    return "offline";
  }
}

// Says something that needs the person; empty text takes it away. With signIn, a way to sign in and come back.
export function notify(form, text, signIn = false) {
  const notice = form.querySelector("[data-draft-notice]");
  if (!notice || notice.dataset.said === text) return;
  notice.dataset.said = text;
  notice.textContent = text;
  if (!signIn) return;
  const link = document.createElement("a");
  link.href = notice.dataset.signIn;
  link.textContent = "Sign in again";
  notice.append(" ", link, " in this tab and it comes back.");
}

const request = () => ({
  redirect: "manual",
  cache: "no-store",
  headers: { "X-Requested-With": "draft" },
  signal: AbortSignal.timeout(PATIENCE),
});
