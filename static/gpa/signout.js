// Takes what a tab could not send out of it once its person has signed out: whoever comes next finds none of it. Signing
// out is asked for on one page and seen to have happened on the next, so that a lost connection costs nobody their words.
const MARK = "signing-out";
const KEPT = ["draft:", "files:"];

export function clearAfterSignOut(body) {
  const signedIn = Boolean(body.dataset.sessionSeconds);
  if (sessionStorage.getItem(MARK) && !signedIn) {
    for (const key of Object.keys(sessionStorage)) {
      if (KEPT.some((start) => key.startsWith(start))) sessionStorage.removeItem(key);
    }
  }
  sessionStorage.removeItem(MARK);
  for (const form of document.querySelectorAll('form[action$="/accounts/logout/"]')) {
    form.addEventListener("submit", () => sessionStorage.setItem(MARK, "yes"));
  }
}
