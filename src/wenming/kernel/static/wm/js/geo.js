// What the map and the pin share: a Leaflet map whose ground is our own boundaries, no tile server.
const L = () => window.L;

export async function fetchJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/geo+json, application/json" }, credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return answer.json();
}

export function makeMap(view, wm) {
  const map = L().map(view, {
    zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 5, maxZoom: 19,
    fadeAnimation: false, zoomAnimation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    // One finger scrolls the page; two move the map.
    dragging: !L().Browser.mobile, tap: false,
  });
  L().control.zoom({ position: "topright", zoomInTitle: wm.text("zoom_in"), zoomOutTitle: wm.text("zoom_out") }).addTo(map);
  if (L().Browser.mobile) map.touchZoom.enable();
  if (window.ResizeObserver) new ResizeObserver(() => map.invalidateSize({ pan: false })).observe(view);
  return map;
}

const LABEL_PX = 18;
const OFFSETS_PX = [0, 20, -20, 32, -32];

const labelOf = (each) => each.getTooltip() && each.getTooltip().getElement();
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** Names step aside for the points, and hide where their region has no room for them. */
export function settleLabels(map, layer) {
  if (!layer) return;
  const drawn = map.getPane("markerPane").querySelectorAll(".mark, .mark__late, .pinmark");
  const points = Array.from(drawn).map((node) => node.getBoundingClientRect());
  layer.eachLayer((each) => {
    const label = labelOf(each);
    if (!label) return;
    label.classList.remove("is-tight");
    const box = each.getBounds();
    const low = map.latLngToContainerPoint(box.getSouthWest());
    const high = map.latLngToContainerPoint(box.getNorthEast());
    const fits = OFFSETS_PX.some((offset) => {
      if (Math.abs(offset) * 2 + LABEL_PX > low.y - high.y) return false;
      each.getTooltip().options.offset = window.L.point(0, offset);
      each.getTooltip().update();
      const at = label.getBoundingClientRect();
      return !points.some((point) => overlap(at, point));
    });
    label.classList.toggle("is-tight", !fits || high.x - low.x < label.offsetWidth + 4);
  });
}

/** Draws the regions and their names. */
export async function addRegions(map, url, onPress) {
  const data = await fetchJson(url);
  const layer = L().geoJSON(data, {
    style: (feature) => ({ className: `area area--${feature.properties.level || 0}` }),
    onEachFeature(feature, each) {
      if (feature.properties.name) {
        each.bindTooltip(feature.properties.name, { permanent: true, direction: "center", className: "map-label", interactive: false, opacity: 1 });
      }
      if (onPress) each.on("click", () => onPress(feature));
    },
  }).addTo(map);
  const settle = () => settleLabels(map, layer);
  map.on("zoomend viewreset resize", () => requestAnimationFrame(settle));
  map.whenReady(() => requestAnimationFrame(settle));
  return layer;
}

export function setBounds(map, words, layer) {
  const numbers = (words || "").split(",").map(Number);
  if (numbers.length === 4 && numbers.every(Number.isFinite)) {
    map.fitBounds([[numbers[1], numbers[0]], [numbers[3], numbers[2]]], { animate: false });
  } else if (layer && layer.getBounds().isValid()) {
    map.fitBounds(layer.getBounds(), { padding: [8, 8], animate: false });
  } else {
    map.setView([33, 113], 9);
  }
}

export function bbox(map) {
  const box = map.getBounds();
  return [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((n) => n.toFixed(6)).join(",");
}
