// <input type=hidden data-proof data-salt data-digest data-signature data-most>: finds the number behind the digest while
// the person fills the form in. Where the form is sent before that, it waits a moment; without scripts it goes without.
const working = new WeakMap();

function solve(input) {
  const { salt, digest, signature, most } = input.dataset;
  return new Promise((resolve) => {
    const worker = new Worker(new URL("./proof-worker.js", import.meta.url));
    const end = (answer) => {
      worker.terminate();
      input.value = answer;
      working.delete(input);
      resolve();
    };
    worker.addEventListener("message", (event) => end(event.data === null ? "" : `${salt}:${event.data}:${signature}`));
    worker.addEventListener("error", () => end(""));
    worker.postMessage({ salt, digest, most: Number(most) });
  });
}

// Before anybody else hears of it: the form is sent once more when the answer is there.
document.addEventListener("submit", (event) => {
  const form = event.target;
  const input = form.querySelector && form.querySelector("[data-proof]");
  const work = input && working.get(input);
  if (!work) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = event.submitter || form.querySelector("button:not([type=button])") || document.querySelector(`button[form="${form.id}"]`);
  if (button) button.setAttribute("aria-busy", "true");
  work.then(() => {
    if (button) button.removeAttribute("aria-busy");
    if (form.requestSubmit) form.requestSubmit(button); else if (button) button.click();
  });
}, true);

export function start(input) {
  if (!("Worker" in window)) return;
  working.set(input, solve(input));
}
