// Boxes drawn on a photo, by mouse, finger or pen; the numbers beside it say the same and are what is sent.
const LEAST_PERCENT = 1;

function start(element) {
  const view = element.querySelector("[data-cover-view]");
  const fields = { boxes: element.querySelector("[data-cover-boxes]"), crop: element.querySelector("[data-cover-crop]") };
  const chosen = element.querySelector("input[type=checkbox]");
  let mode = "boxes";
  let from = null;

  const lines = (field) => field.value.split("\n").map((line) => line.trim()).filter(Boolean);
  const numbers = (line) => line.split(/[ ,，]+/).map(Number);

  function show(line, kind) {
    const [left, top, width, height] = numbers(line);
    const box = document.createElement("span");
    box.className = kind === "crop" ? "pb-cover__box pb-cover__box--crop" : "pb-cover__box";
    Object.assign(box.style, { left: `${left}%`, top: `${top}%`, width: `${width}%`, height: `${height}%` });
    view.append(box);
  }

  function draw(extra) {
    for (const old of view.querySelectorAll(".pb-cover__box")) old.remove();
    for (const line of lines(fields.boxes)) show(line, "boxes");
    for (const line of lines(fields.crop)) show(line, "crop");
    if (extra) show(extra, mode);
  }

  function at(event) {
    const frame = view.getBoundingClientRect();
    const percent = (part, whole) => Math.min(100, Math.max(0, (part / whole) * 100));
    return [percent(event.clientX - frame.left, frame.width), percent(event.clientY - frame.top, frame.height)];
  }

  function between(one, other) {
    const left = Math.min(one[0], other[0]);
    const top = Math.min(one[1], other[1]);
    return [left, top, Math.abs(one[0] - other[0]), Math.abs(one[1] - other[1])].map((n) => n.toFixed(1));
  }

  view.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    from = at(event);
    view.setPointerCapture(event.pointerId);
  });
  view.addEventListener("pointermove", (event) => {
    if (from) draw(between(from, at(event)).join(" "));
  });
  view.addEventListener("pointerup", (event) => {
    if (!from) return;
    const box = between(from, at(event));
    from = null;
    if (Math.min(Number(box[2]), Number(box[3])) >= LEAST_PERCENT) {
      const field = fields[mode];
      field.value = mode === "crop" ? box.join(" ") : [...lines(field), box.join(" ")].join("\n");
      chosen.checked = true;
    }
    draw();
  });
  view.addEventListener("pointercancel", () => { from = null; draw(); });
  for (const field of Object.values(fields)) field.addEventListener("input", () => draw());
  for (const button of element.querySelectorAll("[data-cover-mode]")) {
    button.addEventListener("click", () => {
      mode = button.dataset.coverMode;
      for (const each of element.querySelectorAll("[data-cover-mode]")) each.setAttribute("aria-pressed", String(each === button));
    });
  }
  element.querySelector("[data-cover-undo]").addEventListener("click", () => {
    fields[mode].value = lines(fields[mode]).slice(0, -1).join("\n");
    draw();
  });
  element.querySelector("[data-cover-acts]").hidden = false;
  draw();
}

for (const element of document.querySelectorAll("[data-cover]")) start(element);
