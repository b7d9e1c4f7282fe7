// Time and place out of a JPEG's EXIF block (JEITA CP-3451), read before the picture is redrawn without it.
const HEAD_BYTES = 262144;

/** → {taken_at: "2026-11-24T08:15:00" or null (the camera's own clock, no zone), lat, lon (WGS-84 degrees or null)} */
export async function readExif(file) {
  const nothing = { taken_at: null, lat: null, lon: null };
  const buffer = await readHead(file);
  const view = new DataView(buffer);
  if (view.byteLength < 12 || view.getUint16(0) !== 0xffd8) return nothing;
  try {
    const start = findTiff(view);
    return start ? readTiff(view, start) : nothing;
  } catch (error) {
    // A broken block is a photo without one.
    return nothing;
  }
}

function readHead(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsArrayBuffer(file.slice(0, HEAD_BYTES));
  });
}

function findTiff(view) {
  let at = 2;
  while (at + 10 < view.byteLength) {
    const marker = view.getUint16(at);
    const length = view.getUint16(at + 2);
    if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
    if ((marker & 0xff00) !== 0xff00 || marker === 0xffda) return 0;
    at += 2 + length;
  }
  return 0;
}

function readTiff(view, start) {
  const little = view.getUint16(start) === 0x4949;
  const u16 = (at) => view.getUint16(at, little);
  const u32 = (at) => view.getUint32(at, little);
  const entries = (at) => {
    const found = new Map();
    const count = Math.min(u16(at), 512);
    for (let n = 0; n < count; n += 1) found.set(u16(at + 2 + n * 12), at + 2 + n * 12);
    return found;
  };
  const words = (entry) => {
    const count = u32(entry + 4);
    const at = count > 4 ? start + u32(entry + 8) : entry + 8;
    let out = "";
    for (let n = 0; n < Math.min(count, 64); n += 1) {
      const code = view.getUint8(at + n);
      if (!code) break;
      out += String.fromCharCode(code);
    }
    return out;
  };
  const degrees = (entry) => {
    const at = start + u32(entry + 8);
    const part = (n) => u32(at + n * 8) / (u32(at + n * 8 + 4) || 1);
    return part(0) + part(1) / 60 + part(2) / 3600;
  };
  const main = entries(start + u32(start + 4));
  const inner = main.has(0x8769) ? entries(start + u32(main.get(0x8769) + 8)) : new Map();
  const gps = main.has(0x8825) ? entries(start + u32(main.get(0x8825) + 8)) : new Map();
  const entry = inner.get(0x9003) || inner.get(0x9004);
  const taken = entry ? /^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)/.exec(words(entry)) : null;
  const found = { taken_at: taken ? `${taken[1]}-${taken[2]}-${taken[3]}T${taken[4]}` : null, lat: null, lon: null };
  if (gps.has(2) && gps.has(4)) {
    const lat = degrees(gps.get(2)) * (gps.has(1) && words(gps.get(1)) === "S" ? -1 : 1);
    const lon = degrees(gps.get(4)) * (gps.has(3) && words(gps.get(3)) === "W" ? -1 : 1);
    const isPlace = Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat !== 0 || lon !== 0);
    if (isPlace) Object.assign(found, { lat: Number(lat.toFixed(6)), lon: Number(lon.toFixed(6)) });
  }
  return found;
}
