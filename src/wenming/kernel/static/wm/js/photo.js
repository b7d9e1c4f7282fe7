// The camera button. Markup: kernel/_photo.html. Works in WeChat's browser over plain http: no service worker,
// no crypto, no location; where files cannot be put back into the input, the originals are sent.
import { readExif } from "./exif.js";

const LONG_EDGE_PX = 1600;
const QUALITY = 0.85;

function load(url) {
  return new Promise((resolve, reject) => {
    const image = new Image();
    image.onload = () => resolve(image);
    image.onerror = reject;
    image.src = url;
  });
}

/** A smaller JPEG of `file`, upright; the file itself if it is small enough already. */
async function shrink(file, image) {
  const long = Math.max(image.naturalWidth, image.naturalHeight);
  if (!long) throw new Error("empty picture");
  const scale = Math.min(1, LONG_EDGE_PX / long);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.naturalWidth * scale);
  canvas.height = Math.round(image.naturalHeight * scale);
  // Browsers since 2020 turn the picture upright themselves when an <img> is drawn.
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
  const size = { width: canvas.width, height: canvas.height };
  if (!blob || (scale === 1 && blob.size > file.size)) return { file, size };
  const name = file.name.replace(/\.[^.]*$/, "") || "photo";
  return { file: new File([blob], `${name}.jpg`, { type: "image/jpeg", lastModified: file.lastModified }), size };
}

function canRefill() {
  try {
    const box = new DataTransfer();
    box.items.add(new File(["x"], "x"));
    return box.files.length === 1;
  } catch (error) {
    return false;
  }
}

class PhotoIsland {
  constructor(element, wm) {
    this.wm = wm;
    this.element = element;
    this.input = element.querySelector("input[type=file]");
    this.meta = element.querySelector("[data-photo-meta]");
    this.list = element.querySelector("[data-photo-list]");
    this.error = element.querySelector("[data-photo-error]");
    this.max = Number(element.dataset.max) || 6;
    this.refills = canRefill();
    this.photos = [];
  }

  start() {
    this.input.addEventListener("change", () => this.add(Array.from(this.input.files)));
    this.element.addEventListener("wm:photo-restore", (event) => {
      if (this.refills && !this.photos.length) this.restore(event.detail);
    });
  }

  async add(files) {
    this.say("");
    if (!this.refills) this.forget();
    const room = this.max - this.photos.length;
    if (files.length > room) this.say(this.wm.text("photo_many", { n: this.max }));
    this.element.setAttribute("aria-busy", "true");
    for (const file of files.slice(0, room)) await this.take(file);
    this.element.removeAttribute("aria-busy");
    this.changed();
  }

  async take(file) {
    const url = URL.createObjectURL(file);
    try {
      const about = await readExif(file);
      const image = await load(url);
      const small = await shrink(file, image);
      this.keep(small.file, { name: small.file.name, ...about, ...small.size });
    } catch (error) {
      this.say(this.wm.text("photo_bad", { name: file.name }));
    } finally {
      URL.revokeObjectURL(url);
    }
  }

  keep(file, about) {
    this.photos.push({ file, about, url: URL.createObjectURL(file) });
    const pin = this.input.form && this.input.form.querySelector("[data-pin]");
    if (pin && about.lat !== null) pin.dispatchEvent(new CustomEvent("wm:photo-place", { detail: about }));
  }

  restore(kept) {
    for (const { file, about } of kept) this.keep(file, about);
    this.changed();
  }

  forget() {
    for (const photo of this.photos) URL.revokeObjectURL(photo.url);
    this.photos = [];
  }

  remove(index) {
    URL.revokeObjectURL(this.photos[index].url);
    this.photos.splice(index, 1);
    this.changed();
    this.input.focus();
  }

  changed() {
    if (this.refills) {
      const box = new DataTransfer();
      for (const photo of this.photos) box.items.add(photo.file);
      this.input.files = box.files;
    }
    this.meta.value = this.photos.length ? JSON.stringify(this.photos.map((photo) => photo.about)) : "";
    this.draw();
    this.element.classList.toggle("photo--some", this.photos.length > 0);
    this.element.dispatchEvent(new CustomEvent("wm:photos", {
      bubbles: true,
      detail: { name: this.input.name, photos: this.photos.map(({ file, about }) => ({ file, about })) },
    }));
  }

  draw() {
    while (this.list.firstChild) this.list.firstChild.remove();
    this.photos.forEach((photo, index) => {
      const shot = document.createElement("figure");
      shot.className = "shot";
      const image = document.createElement("img");
      image.src = photo.url;
      image.alt = this.wm.text("photo_n", { n: index + 1 });
      shot.append(image);
      if (this.refills) {
        const off = document.createElement("button");
        off.type = "button";
        off.className = "shot__off";
        off.setAttribute("aria-label", this.wm.text("photo_remove", { n: index + 1 }));
        off.append(this.wm.icon("close"));
        off.addEventListener("click", () => this.remove(index));
        shot.append(off);
      }
      this.list.append(shot);
    });
    this.list.hidden = !this.photos.length;
  }

  say(words) {
    this.error.textContent = words;
    this.error.hidden = !words;
  }
}

export function start(element, wm) {
  new PhotoIsland(element, wm).start();
}
