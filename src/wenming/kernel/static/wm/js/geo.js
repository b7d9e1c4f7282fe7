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

/** Draws the regions and their names; a name that has no room on its region hides until there is. */
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
  const fit = () => {
    layer.eachLayer((each) => {
      const label = each.getTooltip() && each.getTooltip().getElement();
      if (!label) return;
      const box = each.getBounds();
      const west = map.latLngToContainerPoint(box.getSouthWest());
      const east = map.latLngToContainerPoint(box.getNorthEast());
      const tight = east.x - west.x < label.offsetWidth + 12 || west.y - east.y < 28;
      label.classList.toggle("is-tight", label.offsetWidth > 0 && tight);
    });
  };
  map.on("zoomstart", () => layer.eachLayer((each) => {
    const label = each.getTooltip() && each.getTooltip().getElement();
    if (label) label.classList.remove("is-tight");
  }));
  map.on("zoomend", fit);
  map.whenReady(() => setTimeout(fit, 0));
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
