// Comfort only: every page works without this file.
// Of govuk-frontend only the styles are used; this is all its scripts did for us.
const summary = document.querySelector(".govuk-error-summary");
if (summary) { summary.tabIndex = -1; summary.focus(); }

const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

// "/" searches, j and k walk the rows of a list, Enter opens, x selects.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key === "/") {
    const search = document.querySelector("#search");
    if (search) { event.preventDefault(); search.focus(); }
    return;
  }
  const rows = [...document.querySelectorAll("[data-rows] > tr, [data-rows] > li")];
  if (!rows.length || !["j", "k", "x"].includes(event.key)) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (event.key === "x") {
    rows[at]?.querySelector("input[type=checkbox]")?.click();
    return;
  }
  const next = rows[Math.max(0, Math.min(rows.length - 1, at + (event.key === "j" ? 1 : -1)))];
  next.querySelector("a")?.focus();
});

// One box that ticks all the boxes of its table.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  const boxes = event.target.closest("table").querySelectorAll("tbody input[type=checkbox]");
  boxes.forEach((box) => { box.checked = event.target.checked; });
});

// A form sent twice by an impatient finger is sent once.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (form.method === "post") { form.dataset.sent = "yes"; setTimeout(() => delete form.dataset.sent, 5000); }
});

// What is being written survives a lost connection.
document.querySelectorAll("form[data-draft]").forEach((form) => {
  const key = `draft:${form.dataset.draft}`;
  const fields = () => [...form.elements].filter((e) => e.name && !["file", "hidden", "password"].includes(e.type));
  const kept = JSON.parse(localStorage.getItem(key) || "{}");
  fields().forEach((e) => { if (!e.value && kept[e.name]) e.value = kept[e.name]; });
  form.addEventListener("input", () => {
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(fields().map((e) => [e.name, e.value]))));
  });
  form.addEventListener("submit", () => localStorage.removeItem(key));
});

// Time left runs down between two answers of the server, from what the server said.
setInterval(() => document.querySelectorAll("[data-left]").forEach((element) => {
  element.until ??= performance.now() + 1000 * element.dataset.left;
  const left = Math.max(0, Math.round((element.until - performance.now()) / 1000));
  const two = (n) => String(n).padStart(2, "0");
  element.textContent = [left / 3600, left / 60 % 60, left % 60].map((n) => two(Math.floor(n))).join(":");
}), 500);
