// The map beside a table, in step with it. Markup: kernel/_map.html; rows carry data-map-key.
import { addRegions, bbox, fetchJson, makeMap, setBounds, settleLabels } from "./geo.js";

const POINTS_DELAY_MS = 250;

class MapIsland {
  constructor(element, wm) {
    this.element = element;
    this.wm = wm;
    this.card = element.querySelector("[data-map-card]");
    this.markers = new Map();
    this.asked = 0;
    this.map = makeMap(element.querySelector(".mapbox__view"), wm);
    this.points = window.L.layerGroup();
  }

  async start() {
    const { geojsonUrl, pointsUrl, bounds } = this.element.dataset;
    this.regions = null;
    try {
      if (geojsonUrl) this.regions = await addRegions(this.map, geojsonUrl, (feature) => this.pressRegion(feature));
    } catch (error) {
      this.say(this.wm.text("map_failed"));
    }
    setBounds(this.map, bounds, this.regions);
    this.points.addTo(this.map);
    if (!pointsUrl) return;
    await this.load();
    let timer = 0;
    this.map.on("moveend", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        this.load();
        this.follow();
      }, POINTS_DELAY_MS);
    });
    this.listen();
  }

  async load() {
    const asked = ++this.asked;
    const page = new URLSearchParams(location.search);
    page.delete("cursor");
    page.set("bbox", bbox(this.map));
    page.set("zoom", Math.round(this.map.getZoom()));
    try {
      const url = this.element.dataset.pointsUrl;
      const data = await fetchJson(`${url}${url.includes("?") ? "&" : "?"}${page}`);
      if (asked !== this.asked) return;
      this.draw(data.features || []);
    } catch (error) {
      this.say(this.wm.text("map_failed"));
    }
  }

  draw(features) {
    this.points.clearLayers();
    this.markers.clear();
    for (const feature of features) {
      const [lon, lat] = feature.geometry.coordinates;
      const marker = window.L.marker([lat, lon], { icon: this.icon(feature.properties), keyboard: true, title: "", alt: this.name(feature.properties), riseOnHover: true });
      marker.on("click", () => this.press(feature, marker));
      marker.on("mouseover", () => this.mark(feature.properties.key));
      marker.addTo(this.points);
      const node = marker.getElement();
      node.setAttribute("aria-label", this.name(feature.properties));
      if (feature.properties.key) this.markers.set(String(feature.properties.key), { marker, feature });
    }
    settleLabels(this.map, this.regions);
    this.say(features.length ? "" : this.wm.text("map_empty"));
  }

  name(about) {
    return about.n > 1 ? this.wm.text("map_many", { n: about.n, late: about.late || 0 }) : [about.title, about.sub].filter(Boolean).join("，");
  }

  icon(about) {
    const mark = document.createElement("span");
    const many = about.n > 1;
    mark.className = many ? `mark mark--many${about.n > 99 ? " mark--big" : ""}` : `mark mark--${about.tone || "todo"}`;
    if (many) mark.textContent = about.n > 999 ? "999+" : about.n;
    else mark.append(document.createElement("i"));
    if (many && about.late) {
      const late = document.createElement("span");
      late.className = "mark__late";
      late.textContent = about.late > 99 ? "99+" : about.late;
      mark.append(late);
    }
    const size = many ? (about.n > 99 ? 36 : 28) : 24;
    return window.L.divIcon({ html: mark, className: "markbox", iconSize: [size, size] });
  }

  press(feature, marker) {
    if (feature.properties.n > 1) {
      this.map.setView(marker.getLatLng(), Math.min(this.map.getZoom() + 2, 19));
      return;
    }
    this.mark(feature.properties.key, true);
    this.show(feature.properties);
  }

  pressRegion(feature) {
    const event = new CustomEvent("wm:region", { bubbles: true, cancelable: true, detail: feature.properties });
    if (this.element.dispatchEvent(event) && feature.properties.url) location.assign(feature.properties.url);
  }

  show(about) {
    if (!this.card) return;
    const title = document.createElement(about.url ? "a" : "b");
    title.textContent = about.title;
    title.className = "block strong";
    if (about.url) title.href = about.url;
    const sub = document.createElement("p");
    sub.className = "sec";
    sub.textContent = about.sub || "";
    this.card.replaceChildren ? this.card.replaceChildren(title, sub) : (this.card.innerHTML = "", this.card.append(title, sub));
    this.card.hidden = false;
  }

  rows() {
    return Array.from(document.querySelectorAll("[data-map-key]"));
  }

  mark(key, scroll) {
    for (const row of this.rows()) {
      const same = row.dataset.mapKey === String(key);
      if (row.tagName === "TR") row.setAttribute("aria-selected", String(same));
      row.classList.toggle("is-here", same);
      if (same && scroll) row.scrollIntoView({ block: "nearest" });
    }
    for (const [each, { marker }] of this.markers) {
      const node = marker.getElement();
      if (node) node.classList.toggle("is-here", each === String(key));
    }
  }

  listen() {
    const over = (event) => {
      const row = event.target.closest && event.target.closest("[data-map-key]");
      if (!row) return;
      this.mark(row.dataset.mapKey);
      const found = this.markers.get(row.dataset.mapKey);
      if (found) this.show(found.feature.properties);
    };
    document.addEventListener("mouseover", over);
    document.addEventListener("focusin", over);
    document.addEventListener("wm:here", over);
  }

  follow() {
    const { list } = this.element.dataset;
    const box = document.querySelector("[data-map-follow]");
    if (!list || !box || !box.checked || !window.htmx) return;
    const page = new URL(location.href);
    page.searchParams.delete("cursor");
    page.searchParams.set("bbox", bbox(this.map));
    window.htmx.ajax("GET", page.pathname + page.search, { target: list, select: list, swap: "outerHTML" });
  }

  say(words) {
    let note = this.element.querySelector("[data-map-note]");
    if (!note) {
      note = document.createElement("p");
      note.className = "mapnote";
      note.dataset.mapNote = "";
      note.setAttribute("role", "status");
      this.element.append(note);
    }
    note.textContent = words;
    note.hidden = !words;
  }
}

export function start(element, wm) {
  return new MapIsland(element, wm).start();
}
