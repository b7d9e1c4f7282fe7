// Puts the types first that share most with what was written. Only their order changes, nothing is chosen for anybody.
// Listens at the document: after a refusal the form is another one.
const MOST = 4;

function pairs(text) {
  const found = new Set();
  const plain = text.replace(/[\s，。、！？；：“”（）,.!?;:()-]/g, "");
  for (let at = 0; at + 2 <= plain.length; at += 1) found.add(plain.slice(at, at + 2));
  return found;
}

function shared(name, said) {
  let n = 0;
  for (const pair of pairs(name)) if (said.has(pair)) n += 1;
  return n;
}

function suggest(form) {
  const to = form.querySelector("[data-suggest-to]");
  const said = pairs(form.elements.text.value);
  for (const old of to.querySelectorAll("[data-suggested]")) {
    if (!old.querySelector("input").checked) old.remove();
  }
  const fitting = Array.from(form.querySelectorAll("[data-name]"))
    .map((each) => ({ each, n: shared(each.dataset.name, said) }))
    .filter((one) => one.n > 0)
    .sort((one, other) => other.n - one.n)
    .slice(0, MOST);
  for (const { each } of fitting.reverse()) {
    const { value } = each.querySelector("input");
    const there = Array.from(to.querySelectorAll("input")).find((input) => input.value === value);
    const shown = there ? there.parentElement : each.cloneNode(true);
    if (!there) {
      shown.dataset.suggested = "";
      delete shown.dataset.name;
      shown.querySelector("input").id = `said-${value}`;
      shown.querySelector("label").htmlFor = `said-${value}`;
    }
    to.prepend(shown);
  }
}

let timer = 0;
document.addEventListener("input", (event) => {
  const { form } = event.target;
  if (!form || !("suggest" in form.dataset) || event.target.name !== "text") return;
  clearTimeout(timer);
  timer = setTimeout(() => suggest(form), 300);
});
