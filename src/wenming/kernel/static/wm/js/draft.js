// <form data-draft="reply-17">: what was typed and photographed stays on this phone until it has been sent.
// IndexedDB, because photos do not fit into localStorage; where neither works, nothing is promised.
// A page that carries [data-draft-done="reply-17"] says that it has arrived.
const NAME = "wm-drafts";
const DAYS_KEPT = 14;

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("drafts");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function store(mode, act) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const work = base.transaction("drafts", mode);
    const asked = act(work.objectStore("drafts"));
    work.oncomplete = () => resolve(asked.result);
    work.onerror = () => reject(work.error);
  });
}

function values(form) {
  return Array.from(form.elements)
    .filter((each) => each.name && !/^(hidden|password|file|submit|button)$/.test(each.type) && each.name !== "csrfmiddlewaretoken")
    .map((each) => ({ name: each.name, value: each.value, checked: each.checked, type: each.type }));
}

function fill(form, kept) {
  for (const each of kept) {
    for (const field of Array.from(form.elements)) {
      if (field.name !== each.name || field.type !== each.type) continue;
      if (/^(checkbox|radio)$/.test(field.type)) {
        if (field.value === each.value) field.checked = each.checked;
      } else if (!field.value) {
        field.value = each.value;
      }
    }
  }
}

export async function start(form, wm) {
  if (!("indexedDB" in window)) return;
  if (form.dataset.draftDone) {
    await store("readwrite", (drafts) => drafts.delete(form.dataset.draftDone));
    return;
  }
  const key = form.dataset.draft;
  const note = form.querySelector("[data-draft-note]");
  let photos = {};
  let timer = 0;

  const say = (words) => {
    if (!note) return;
    while (note.firstChild) note.firstChild.remove();
    note.append(wm.icon("check"), words);
    note.hidden = false;
  };
  const save = async () => {
    await store("readwrite", (drafts) => drafts.put({ at: Date.now(), fields: values(form), photos }, key));
    say(wm.text("draft_saved"));
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => save().catch(() => {}), 500);
  };

  const kept = await store("readonly", (drafts) => drafts.get(key));
  if (kept && Date.now() - kept.at < DAYS_KEPT * 86400000) {
    fill(form, kept.fields);
    photos = kept.photos || {};
    for (const island of form.querySelectorAll("[data-photo]")) {
      const name = island.querySelector("input[type=file]").name;
      // The photo island may still be on its way; it answers to the event once it listens.
      if (photos[name]) setTimeout(() => island.dispatchEvent(new CustomEvent("wm:photo-restore", { detail: photos[name] })), 600);
    }
    say(wm.text("draft_back"));
  }
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("wm:photos", (event) => {
    photos[event.detail.name] = event.detail.photos;
    later();
  });
  form.addEventListener("wm:sent", () => {
    clearTimeout(timer);
    store("readwrite", (drafts) => drafts.delete(key)).catch(() => {});
  });
}
