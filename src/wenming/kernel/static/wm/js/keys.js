// Single-key work on a list or a detail. <main data-keys> holds rows [data-key-row] (J, K, Enter), a search box
// [data-key-search] (/), and anything pressable with data-key="p" data-key-label="通过". "?" shows them all and
// can turn single keys off for good, as WCAG 2.1.4 asks.
const STORE = "wm-keys-off";

function isTyping(event) {
  const element = event.target;
  return event.isComposing || event.ctrlKey || event.metaKey || event.altKey
    || element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)
      && !/^(checkbox|radio|button|submit)$/.test(element.type);
}

function isOff() {
  try { return localStorage.getItem(STORE) === "1"; } catch (error) { return false; }
}

function setOff(value) {
  try { localStorage.setItem(STORE, value ? "1" : "0"); } catch (error) { /* a private window forgets, that is all */ }
}

export function start(root, wm) {
  const rows = () => Array.from(root.querySelectorAll("[data-key-row]"));
  const here = () => rows().findIndex((row) => row.classList.contains("is-here"));

  function go(step) {
    const all = rows();
    if (!all.length) return;
    const at = here();
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))];
    for (const row of all) row.classList.toggle("is-here", row === next);
    const link = next.querySelector("a[href]");
    (link || next).focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
    next.dispatchEvent(new CustomEvent("wm:here", { bubbles: true, detail: { key: next.dataset.mapKey } }));
  }

  function search() {
    const box = root.querySelector("[data-key-search]");
    if (box) {
      box.focus();
      box.select();
    }
  }

  function open(event) {
    const row = rows()[here()];
    const link = row && row.querySelector("a[href]");
    // Enter on a focused link or button already does what it says.
    if (!link || /^(A|BUTTON|SUMMARY)$/.test(event.target.tagName)) return false;
    link.click();
    return true;
  }

  function help() {
    const lines = [["J", wm.text("keys_down")], ["K", wm.text("keys_up")], ["Enter", wm.text("keys_open")], ["/", wm.text("keys_search")]];
    const own = Array.from(root.querySelectorAll("[data-key]")).map((each) => [each.dataset.key.toUpperCase(), each.dataset.keyLabel || each.textContent.trim()]);
    const list = (rows().length ? lines : []).concat(own, [["?", wm.text("keys_help")]]).map(([key, does]) => `${key}  ${does}`).join("；");
    wm.ask(`${wm.text("keys_title")}：${list}。${wm.text(isOff() ? "keys_on" : "keys_off")}？`).then((yes) => { if (yes) setOff(!isOff()); });
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || isTyping(event) || document.querySelector(".veil.is-open")) return;
    if (!document.body.contains(root)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "?") {
      event.preventDefault();
      help();
      return;
    }
    if (isOff()) return;
    const pressable = root.querySelector(`[data-key="${key.replace(/["\\]/g, "\\$&")}"]`);
    const acts = { j: () => go(1), k: () => go(-1), "/": search };
    if (pressable && !pressable.disabled) pressable.click();
    else if (key === "Enter") { if (!open(event)) return; }
    else if (acts[key]) acts[key]();
    else return;
    event.preventDefault();
  });
}
