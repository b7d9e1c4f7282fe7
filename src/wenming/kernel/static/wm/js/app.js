// Every page: toasts, dialogs, menus, guards against lost and doubled work, and the islands.
// The one global is `wm`: text(key, values), icon(name), toast(text, options), ask(question), start(root).
import { openDialog, ask } from "./dialog.js";
import { startLists } from "./lists.js";

const setup = JSON.parse(document.getElementById("wm-setup").textContent);
const wm = { setup, text, icon, toast, ask: (question) => ask(question, wm), start };
window.wm = wm;

function text(key, values) {
  let found = setup.texts[key] || key;
  for (const name of Object.keys(values || {})) found = found.split(`{${name}}`).join(values[name]);
  return found;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${setup.icons}#i-${name}`);
  svg.append(use);
  return svg;
}

// ---------- toasts
const TOAST_MS = 8000;

function toast(message, options) {
  const { tone = "done" } = options || {};
  const box = document.createElement("div");
  box.className = tone === "late" ? "toast toast--late" : "toast";
  const words = document.createElement("span");
  words.textContent = message;
  const close = document.createElement("button");
  close.type = "button";
  close.dataset.close = "";
  close.setAttribute("aria-label", text("close"));
  close.append(icon("close"));
  box.append(icon(tone === "late" ? "late" : "done"), words, close);
  box.dataset.toast = "";
  if (tone === "late") box.dataset.stays = "";
  document.getElementById("toasts").append(box);
  startToasts(document);
  return box;
}

function startToasts(root) {
  for (const box of root.querySelectorAll("[data-toast]:not([data-started])")) {
    box.dataset.started = "1";
    if (!("stays" in box.dataset)) setTimeout(() => box.remove(), TOAST_MS);
  }
}

// ---------- islands: loaded when the page has one
const loading = new Map();

function once(url, make) {
  if (!loading.has(url)) {
    loading.set(url, new Promise((resolve, reject) => {
      const node = make();
      node.addEventListener("load", resolve);
      node.addEventListener("error", reject);
      document.head.append(node);
    }));
  }
  return loading.get(url);
}

const style = (url) => once(url, () => Object.assign(document.createElement("link"), { rel: "stylesheet", href: url }));
const script = (url) => once(url, () => Object.assign(document.createElement("script"), { src: url }));

async function startIsland(name, element) {
  const parts = setup.islands[name];
  try {
    await Promise.all(parts.styles.map(style));
    for (const url of parts.scripts) await script(url);
    const island = await import(parts.module);
    await island.start(element, wm);
  } catch (error) {
    // The page stays usable: every island has a table, a plain input or a link beside it.
    console.error(`island ${name}`, error);
    element.dispatchEvent(new CustomEvent("wm:failed", { bubbles: true }));
  }
}

function start(root) {
  for (const name of Object.keys(setup.islands)) {
    for (const element of root.querySelectorAll(`[data-${name}]`)) {
      const mark = `data-${name}-started`;
      if (element.hasAttribute(mark)) continue;
      element.setAttribute(mark, "");
      startIsland(name, element);
    }
  }
  startToasts(root);
  startLists(root, wm);
  for (const button of root.querySelectorAll("[data-back]")) button.hidden = history.length < 2;
}

// ---------- htmx
function token() {
  const meta = document.querySelector('meta[name="csrf-token"]');
  const input = document.querySelector('input[name="csrfmiddlewaretoken"]');
  return (meta && meta.content) || (input && input.value) || "";
}

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr } = event.detail;
  if (xhr.status < 400) return;
  if (xhr.responseText.includes("data-toast")) {
    // A refusal comes as a toast, whatever the request's own target was.
    event.detail.shouldSwap = true;
    event.detail.target = document.getElementById("toasts");
    event.detail.swapOverride = "beforeend";
  } else if (xhr.status !== 400 && xhr.status !== 409 && xhr.status !== 422) {
    event.detail.shouldSwap = false;
    toast(text("failed"), { tone: "late" });
  }
});
document.addEventListener("htmx:sendError", () => toast(text(navigator.onLine ? "failed" : "offline"), { tone: "late" }));
document.addEventListener("htmx:timeout", () => toast(text("failed"), { tone: "late" }));
document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  wm.ask(event.detail.question).then((yes) => { if (yes) event.detail.issueRequest(true); });
});
document.addEventListener("htmx:load", (event) => start(event.detail.elt.parentElement || document));

// ---------- one click, one request
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "get") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  delete form.dataset.dirty;
  const button = event.submitter || form.querySelector("button:not([type=button]), input[type=submit]");
  if (!button) return;
  button.setAttribute("aria-busy", "true");
  const label = button.querySelector("[data-busy-label]");
  if (label) label.textContent = text("sending");
});
function free(root) {
  for (const form of root.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of root.querySelectorAll("[aria-busy=true]")) button.removeAttribute("aria-busy");
}
window.addEventListener("pageshow", () => free(document));
document.addEventListener("htmx:afterRequest", () => free(document));
document.addEventListener("wm:freed", () => free(document));

// ---------- what is typed and not saved
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form && "guard" in form.dataset) form.dataset.dirty = "1";
});
window.addEventListener("beforeunload", (event) => {
  if (!document.querySelector("form[data-guard][data-dirty]")) return;
  event.preventDefault();
  event.returnValue = text("unsaved");
});

// ---------- presses
const presses = {
  "[data-dialog]": (element, event) => {
    const veil = document.querySelector(element.getAttribute("href") || `#${element.dataset.dialog}`);
    if (!veil) return;
    event.preventDefault();
    openDialog(veil, element);
  },
  "[data-enlarge]": (element, event) => {
    event.preventDefault();
    enlarge(element);
  },
  "[data-toast] [data-close]": (element) => element.closest("[data-toast]").remove(),
  "[data-back]": () => history.back(),
  "[data-print]": () => window.print(),
  "[data-copy]": (element) => copy(element),
  "[data-put]": (element) => put(element),
  "[data-elder]": () => {
    const on = document.documentElement.classList.toggle("elder");
    document.cookie = `wm_elder=${on ? 1 : 0}; path=/; max-age=31536000; SameSite=Lax`;
  },
};
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
  for (const selector of Object.keys(presses)) {
    const element = event.target.closest(selector);
    if (element) return presses[selector](element, event);
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    const inside = menu.contains(document.activeElement);
    menu.open = false;
    if (inside) menu.querySelector("summary").focus();
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit
    ? event.target.form.requestSubmit()
    : event.target.form.submit();
});

// A closed table is on paper all the same.
window.addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details.print-open")) each.open = true;
});

function enlarge(link) {
  const veil = document.createElement("div");
  veil.className = "veil lightbox";
  veil.setAttribute("role", "dialog");
  veil.setAttribute("aria-modal", "true");
  const image = document.createElement("img");
  const small = link.querySelector("img");
  image.src = link.href;
  image.alt = small ? small.alt : "";
  veil.setAttribute("aria-label", image.alt);
  const caption = document.createElement("p");
  const tag = link.parentElement.querySelector(".shot__tag");
  caption.textContent = [tag ? tag.textContent : "", image.alt].filter(Boolean).join(" · ");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn";
  close.dataset.close = "";
  close.append(icon("close"), text("close"));
  veil.append(image, caption, close);
  document.body.append(veil);
  openDialog(veil, link, () => veil.remove());
}

// What was proposed goes into its field, as if it had been typed there.
function put(element) {
  const field = document.querySelector(element.dataset.put);
  field.value = element.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
}

function copy(element) {
  const source = document.querySelector(element.dataset.copy);
  const words = "value" in source ? source.value : source.textContent.trim();
  const done = () => toast(element.dataset.copied || words);
  // On plain http there is no clipboard; the old way still works there.
  if (navigator.clipboard) {
    navigator.clipboard.writeText(words).then(done);
    return;
  }
  const box = document.createElement("textarea");
  box.value = words;
  box.className = "sr";
  document.body.append(box);
  box.select();
  if (document.execCommand("copy")) done();
  box.remove();
}

start(document);
const first = document.querySelector("[data-focus]");
if (first) first.focus();
