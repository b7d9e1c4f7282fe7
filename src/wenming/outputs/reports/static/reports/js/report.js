// The report: the chosen figure is marked, its panel opens and closes, the outline follows the reading and folds on a phone.
const panel = document.getElementById("panel");
const FREE_AFTER_MS = 4000;
let opener = null;

function mark(key) {
  for (const claim of document.querySelectorAll(".paper .claim[aria-current]")) claim.removeAttribute("aria-current");
  for (const claim of key ? document.querySelectorAll(`.paper .claim[data-figure="${key}"]`) : []) claim.setAttribute("aria-current", "true");
}

// A line of the list of missing evidence does what its place in the text does.
document.addEventListener("click", (event) => {
  const line = event.target.closest("[data-claim]");
  const claim = line && document.querySelector(`.paper .claim[data-figure="${line.dataset.claim}"]`);
  if (!claim || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  claim.scrollIntoView({ block: "center" });
  claim.click();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const claim = event.target.closest && event.target.closest(".claim[data-figure]");
  if (claim) opener = claim;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target !== panel) return;
  panel.classList.add("is-open");
  panel.scrollTop = 0;
  mark(opener && opener.dataset.figure);
  const title = panel.querySelector("[data-panel-title]");
  // Over the paper the panel takes the focus, and the figure must not lie under it; beside it the reader stays in the text.
  if (!title || getComputedStyle(panel).position !== "fixed") return;
  if (opener && opener.getBoundingClientRect().bottom > panel.getBoundingClientRect().top) opener.scrollIntoView({ block: "start" });
  title.focus({ preventScroll: true });
});

function close() {
  panel.classList.remove("is-open");
  panel.textContent = "";
  mark(null);
  if (opener) opener.focus();
}
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-panel-close]")) return;
  event.preventDefault();
  close();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel.classList.contains("is-open")) close();
});

const fold = document.querySelector("[data-fold]");
if (fold && window.matchMedia("(max-width: 899px)").matches) fold.open = false;

// A download does not leave the page, so the buttons must be given back.
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-export]")) return;
  setTimeout(() => document.dispatchEvent(new CustomEvent("wm:freed")), FREE_AFTER_MS);
});

const entries = Array.from(document.querySelectorAll(".toc a"));
const parts = entries.map((entry) => document.querySelector(entry.getAttribute("href")));
function follow() {
  const edge = window.innerHeight / 3;
  let here = 0;
  parts.forEach((part, index) => { if (part.getBoundingClientRect().top < edge) here = index; });
  entries.forEach((entry, index) => {
    if (index === here) entry.setAttribute("aria-current", "true");
    else entry.removeAttribute("aria-current");
  });
}
document.querySelector(".paper").addEventListener("scroll", follow, { passive: true });
window.addEventListener("scroll", follow, { passive: true });
follow();
