// <form data-upload>: sends the form with a progress bar, then goes where the server says.
// Without it the browser sends the same form the plain way.

function bar(form) {
  const box = document.createElement("p");
  box.className = "upload";
  const progress = document.createElement("progress");
  progress.max = 100;
  progress.value = 0;
  const words = document.createElement("span");
  words.setAttribute("role", "status");
  box.append(progress, words);
  const button = form.querySelector("button.btn--primary");
  if (button) button.before(box); else form.append(box);
  return { box, progress, words };
}

export function start(form, wm) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented || form.dataset.sending) return;
    event.preventDefault();
    form.dataset.sending = "1";
    const button = event.submitter || form.querySelector("button:not([type=button])");
    if (button) button.setAttribute("aria-busy", "true");
    const shown = bar(form);
    const request = new XMLHttpRequest();
    const data = new FormData(form);
    if (button && button.name) data.append(button.name, button.value);

    const stop = (words) => {
      shown.box.remove();
      delete form.dataset.sending;
      if (button) button.removeAttribute("aria-busy");
      wm.toast(words, { tone: "late" });
    };
    request.upload.addEventListener("progress", (step) => {
      if (!step.lengthComputable) return;
      const percent = Math.round((step.loaded / step.total) * 100);
      shown.progress.value = percent;
      shown.words.textContent = wm.text("photo_sending", { percent });
    });
    request.addEventListener("error", () => stop(wm.text(navigator.onLine ? "failed" : "offline")));
    request.addEventListener("timeout", () => stop(wm.text("failed")));
    request.addEventListener("load", () => {
      if (request.status >= 500 || request.status === 0) {
        stop(wm.text("failed"));
        return;
      }
      delete form.dataset.dirty;
      const asked = new URL(form.action, location.href).href;
      if (request.status < 400 && (request.responseURL !== asked || request.responseText.includes("data-draft-done"))) {
        form.dispatchEvent(new CustomEvent("wm:sent"));
      }
      if (request.status < 400 && request.responseURL && request.responseURL !== asked) {
        location.assign(request.responseURL);
        return;
      }
      show(request.responseText, wm);
    });
    request.open("POST", form.action || location.href);
    request.setRequestHeader("Accept", "text/html");
    request.send(data);
  });
}

// The server answered with a page and no redirect: its main takes the place of ours.
function show(html, wm) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.getElementById("main");
  const foot = page.querySelector("footer.foot");
  const here = document.getElementById("main");
  if (!main || !here) {
    wm.toast(wm.text("failed"), { tone: "late" });
    return;
  }
  here.replaceWith(document.importNode(main, true));
  const old = document.querySelector("body > footer.foot");
  if (old) old.remove();
  if (foot && !main.contains(foot)) document.getElementById("main").after(document.importNode(foot, true));
  document.title = page.title;
  wm.start(document);
  window.scrollTo(0, 0);
  const errors = document.querySelector("[data-focus]");
  if (errors) errors.focus();
}
