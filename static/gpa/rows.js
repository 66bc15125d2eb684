// Adds and removes the rows of a log on the page itself, so that a lost connection stops nobody from writing.
const NAME = /entry_\d+_/g;

export function editRows(root) {
  for (const log of root.querySelectorAll("[data-log-rows]")) {
    log.addEventListener("click", (event) => {
      const button = event.target.closest("[data-log-add], [data-log-remove]");
      if (!button) return;
      event.preventDefault();
      if (button.matches("[data-log-add]")) addRow(log).querySelector("input").focus();
      else removeRow(log, button.closest("[data-log-row]"));
      log.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}

// Adds rows until there is a field of that name.
export function rowsUntil(form, name) {
  const log = form.querySelector("[data-log-rows]");
  const wanted = /^entry_(\d+)_/.exec(name);
  while (log && wanted && Number(wanted[1]) >= nextIndex(log)) addRow(log);
}

const rows = (log) => [...log.querySelectorAll("[data-log-row]")];

const nextIndex = (log) =>
  1 + Math.max(...rows(log).map((row) => Number(/\d+/.exec(row.querySelector("input").name)[0])));

function addRow(log) {
  const last = rows(log).at(-1);
  const row = last.cloneNode(true);
  const prefix = `entry_${nextIndex(log)}_`;
  row.hidden = false;
  row.removeAttribute("id");
  for (const part of row.querySelectorAll("*")) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace(NAME, prefix));
    }
  }
  row.querySelectorAll(".nhsuk-error-message").forEach((message) => message.remove());
  for (const part of row.querySelectorAll("[class*='--error']")) {
    part.classList.remove("nhsuk-form-group--error", "nhsuk-input--error");
  }
  row.querySelectorAll("input").forEach((input) => (input.value = ""));
  last.after(row);
  number(log);
  return row;
}

// A removed row stays, empty and out of sight: the service leaves empty rows out.
function removeRow(log, row) {
  row.querySelectorAll("input").forEach((input) => (input.value = ""));
  if (rows(log).filter((other) => !other.hidden).length > 1) row.hidden = true;
  number(log);
  const left = rows(log).filter((other) => !other.hidden);
  left.at(-1).querySelector("input").focus();
}

function number(log) {
  rows(log)
    .filter((row) => !row.hidden)
    .forEach((row, index) => {
      for (const part of row.querySelectorAll("[data-log-number]")) part.textContent = index + 1;
    });
}
