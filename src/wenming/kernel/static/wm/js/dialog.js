// Dialogs without <dialog>, which Safari 14 does not have. The markup is kernel/_dialog.html.
const FOCUSABLE = "a[href], button:not([disabled]), input:not([type=hidden]):not([disabled]), select:not([disabled]), textarea:not([disabled])";
let shut = null;

/** Opens `veil`, keeps the focus inside, gives it back to `opener`; `after` runs once when it closes. */
export function openDialog(veil, opener, after) {
  if (shut) shut();
  const inside = () => Array.from(veil.querySelectorAll(FOCUSABLE)).filter((each) => each.offsetParent !== null || each.getClientRects().length);
  const onKey = (event) => {
    if (event.key === "Escape") {
      event.stopPropagation();
      close();
    }
    if (event.key !== "Tab") return;
    const all = inside();
    const edge = event.shiftKey ? all[0] : all[all.length - 1];
    if (document.activeElement === edge || !veil.contains(document.activeElement)) {
      event.preventDefault();
      (event.shiftKey ? all[all.length - 1] : all[0]).focus();
    }
  };
  const onClick = (event) => {
    if (event.target !== veil && !event.target.closest("[data-close]")) return;
    event.preventDefault();
    close();
  };
  function close() {
    shut = null;
    veil.classList.remove("is-open");
    document.removeEventListener("keydown", onKey, true);
    veil.removeEventListener("click", onClick);
    if (opener && opener.focus) opener.focus();
    if (after) after();
  }
  shut = close;
  veil.classList.add("is-open");
  document.addEventListener("keydown", onKey, true);
  veil.addEventListener("click", onClick);
  const field = veil.querySelector("textarea, input:not([type=hidden]), select") || veil.querySelector("[data-close]") || inside()[0];
  if (field) field.focus();
  return close;
}

/** A yes-or-no question in our own dialog; resolves to true or false. */
export function ask(question, wm) {
  return new Promise((resolve) => {
    let answer = false;
    const veil = document.createElement("div");
    veil.className = "veil";
    veil.setAttribute("role", "dialog");
    veil.setAttribute("aria-modal", "true");
    const box = document.createElement("div");
    box.className = "dialog";
    const title = document.createElement("h2");
    title.textContent = question;
    veil.setAttribute("aria-label", question);
    const foot = document.createElement("div");
    foot.className = "dialog__foot";
    const no = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: wm.text("cancel") });
    const yes = Object.assign(document.createElement("button"), { type: "button", className: "btn btn--primary", textContent: wm.text("confirm") });
    no.dataset.close = "";
    yes.dataset.close = "";
    yes.addEventListener("click", () => { answer = true; });
    foot.append(no, yes);
    box.append(title, foot);
    veil.append(box);
    document.body.append(veil);
    openDialog(veil, document.activeElement, () => {
      veil.remove();
      resolve(answer);
    });
  });
}
