// SHA-256 (FIPS 180-4) by hand, because over plain http a browser has no crypto.subtle; one block is enough for us.
const K = new Int32Array(64);
const START = new Int32Array(8);

// The first 32 bits of the fractional parts of roots of the first primes.
(function constants() {
  let n = 0;
  for (let candidate = 2; n < 64; candidate += 1) {
    let prime = true;
    for (let d = 2; d * d <= candidate; d += 1) if (candidate % d === 0) prime = false;
    if (!prime) continue;
    if (n < 8) START[n] = (Math.sqrt(candidate) % 1) * 4294967296;
    K[n] = (Math.cbrt(candidate) % 1) * 4294967296;
    n += 1;
  }
}());

const w = new Int32Array(64);
const turn = (x, n) => (x >>> n) | (x << (32 - n));

function digest(text) {
  w.fill(0, 0, 16);
  for (let at = 0; at < text.length; at += 1) w[at >> 2] |= text.charCodeAt(at) << (24 - (at % 4) * 8);
  w[text.length >> 2] |= 0x80 << (24 - (text.length % 4) * 8);
  w[15] = text.length * 8;
  for (let t = 16; t < 64; t += 1) {
    const a = w[t - 15];
    const b = w[t - 2];
    w[t] = (w[t - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[t - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let t = 0; t < 64; t += 1) {
    const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[t] + w[t]) | 0;
    const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  return [a, b, c, d, e, f, g, h].map((word, n) => (((word + START[n]) | 0) >>> 0).toString(16).padStart(8, "0")).join("");
}

onmessage = (event) => {
  const { salt, digest: wanted, most } = event.data;
  for (let number = 0; number <= most; number += 1) {
    if (digest(salt + number) === wanted) {
      postMessage(number);
      return;
    }
  }
  postMessage(null);
};
