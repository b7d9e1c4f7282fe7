// Says where: a pin on our own map that fills two inputs. Markup: kernel/_pin.html.
// By mouse, by touch, by arrow keys, by the phone's own position where the page is https, or not at all.
import { addRegions, makeMap, setBounds } from "./geo.js";

const STEP_PX = 4;
const FAR_PX = 40;
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

function button(words, icon, onPress) {
  const each = document.createElement("button");
  each.type = "button";
  each.className = "btn btn--small btn--bare";
  each.append(icon, words);
  each.addEventListener("click", onPress);
  return each;
}

export async function start(element, wm) {
  const lat = document.querySelector(element.dataset.lat);
  const lon = document.querySelector(element.dataset.lon);
  const box = element.querySelector(".mapbox");
  const status = element.querySelector("[data-pin-status]");
  const inputs = element.querySelector("[data-pin-inputs]");
  box.hidden = false;
  const map = makeMap(box.querySelector(".mapbox__view"), wm);
  const regions = element.dataset.geojsonUrl ? await addRegions(map, element.dataset.geojsonUrl).catch(() => null) : null;
  setBounds(map, element.dataset.bounds, regions);
  let marker = null;

  function picture() {
    const span = document.createElement("span");
    span.className = "pinmark";
    const drawing = "<svg viewBox='0 0 36 44'><path d='M18 42S4 28 4 17a14 14 0 0 1 28 0c0 11-14 25-14 25z' fill='currentColor' stroke='#fff' stroke-width='2'/><circle cx='18' cy='17' r='5' fill='#fff'/></svg>";
    span.innerHTML = drawing;
    return window.L.divIcon({ html: span, className: "", iconSize: [36, 44], iconAnchor: [18, 42] });
  }

  function write(at) {
    lat.value = at ? at.lat.toFixed(6) : "";
    lon.value = at ? at.lng.toFixed(6) : "";
    status.textContent = at ? wm.text("pin_set", { lat: lat.value, lon: lon.value }) : wm.text("pin_none");
    for (const input of [lat, lon]) input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function place(at) {
    if (!marker) {
      marker = window.L.marker(at, { icon: picture(), draggable: true, keyboard: true, autoPan: true }).addTo(map);
      const node = marker.getElement();
      node.setAttribute("aria-label", wm.text("pin"));
      node.addEventListener("keydown", onKey);
      marker.on("dragend", () => write(marker.getLatLng()));
    }
    marker.setLatLng(at);
    write(window.L.latLng(at));
  }

  function onKey(event) {
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    event.stopPropagation();
    const step = event.shiftKey ? FAR_PX : STEP_PX;
    const point = map.latLngToContainerPoint(marker.getLatLng()).add([arrow[0] * step, arrow[1] * step]);
    place(map.containerPointToLatLng(point));
    map.panInside(marker.getLatLng(), { padding: [40, 40], animate: false });
  }

  function clear() {
    if (marker) marker.remove();
    marker = null;
    write(null);
  }

  map.on("click", (event) => place(event.latlng));
  const acts = element.querySelector(".pin__acts");
  acts.append(button(wm.text("pin_middle"), wm.icon("pin"), () => {
    place(map.getCenter());
    marker.getElement().focus();
  }));
  // On plain http a browser has no location to give, so the button is not shown there.
  if (window.isSecureContext && navigator.geolocation) {
    acts.append(button(wm.text("pin_here"), wm.icon("locate"), () => {
      navigator.geolocation.getCurrentPosition(
        (found) => {
          const at = [found.coords.latitude, found.coords.longitude];
          map.setView(at, 17);
          place(at);
        },
        () => { status.textContent = wm.text("pin_denied"); },
        { enableHighAccuracy: true, timeout: 10000 },
      );
    }));
  }
  acts.append(button(wm.text("pin_clear"), wm.icon("close"), clear));
  acts.hidden = false;
  if (inputs) inputs.hidden = !inputs.querySelector("[aria-invalid=true]");
  if (lat.value && lon.value) {
    place([Number(lat.value), Number(lon.value)]);
    map.setView(marker.getLatLng(), Math.max(map.getZoom(), 15));
  } else {
    status.textContent = wm.text("pin_none");
  }
  element.addEventListener("wm:photo-place", (event) => {
    if (!marker) {
      map.setView([event.detail.lat, event.detail.lon], 17);
      place([event.detail.lat, event.detail.lon]);
    }
  });
}
