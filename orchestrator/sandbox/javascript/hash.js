// Message digests, for String.prototype.hash.
(function (kit) {
  'use strict';
  const rotl = (x, n) => (x << n) | (x >>> (32 - n));
  const rotr = (x, n) => (x >>> n) | (x << (32 - n));
  const hex = (words, bits) => Array.from(words, (word) => (BigInt.asUintN(bits, BigInt(word))).toString(16).padStart(bits / 4, '0')).join('');
  const primes = (count) => {
    const found = [];
    for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime)) found.push(n);
    return found;
  };
  // The first `bits` bits of the fractional part of the root of a prime (FIPS 180-4).
  function rootBits(prime, root, bits) {
    const scaled = BigInt(prime) << BigInt(bits * root);
    let low = 0n;
    let high = 1n << BigInt(bits + 8);
    while (low < high) {
      const middle = (low + high + 1n) >> 1n;
      if (middle ** BigInt(root) <= scaled) low = middle;
      else high = middle - 1n;
    }
    return BigInt.asUintN(bits, low);
  }
  function padded(bytes, block, lengthBytes, little) {
    const total = Math.ceil((bytes.length + 1 + lengthBytes) / block) * block;
    const out = new Uint8Array(total);
    out.set(bytes);
    out[bytes.length] = 0x80;
    new DataView(out.buffer).setBigUint64(total - 8, BigInt(bytes.length * 8), little);
    return new DataView(out.buffer);
  }

  function md5(bytes) {
    const data = padded(bytes, 64, 8, true);
    const table = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);
    const shifts = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]];
    const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]);
    for (let base = 0; base < data.byteLength; base += 64) {
      let [a, b, c, d] = state;
      for (let i = 0; i < 64; i += 1) {
        const round = i >> 4;
        const mix = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)][round];
        const word = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] % 16;
        const sum = (a + mix + table[i] + data.getInt32(base + 4 * word, true)) | 0;
        [a, d, c, b] = [d, c, b, (b + rotl(sum, shifts[round][i % 4])) | 0];
      }
      state[0] += a;
      state[1] += b;
      state[2] += c;
      state[3] += d;
    }
    const out = new DataView(new ArrayBuffer(16));
    state.forEach((word, i) => out.setInt32(4 * i, word, true));
    return hex([0, 4, 8, 12].map((at) => out.getUint32(at)), 32);
  }
  function sha1(bytes) {
    const data = padded(bytes, 64, 8, false);
    const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
    const words = new Int32Array(80);
    for (let base = 0; base < data.byteLength; base += 64) {
      for (let i = 0; i < 80; i += 1) {
        words[i] = i < 16 ? data.getInt32(base + 4 * i) : rotl(words[i - 3] ^ words[i - 8] ^ words[i - 14] ^ words[i - 16], 1);
      }
      let [a, b, c, d, e] = state;
      for (let i = 0; i < 80; i += 1) {
        const round = Math.floor(i / 20);
        const mix = [(b & c) | (~b & d), b ^ c ^ d, (b & c) | (b & d) | (c & d), b ^ c ^ d][round];
        const sum = (rotl(a, 5) + mix + e + words[i] + [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][round]) | 0;
        [e, d, c, b, a] = [d, c, rotl(b, 30), a, sum];
      }
      [a, b, c, d, e].forEach((value, i) => {
        state[i] += value;
      });
    }
    return hex(state, 32);
  }
  function sha256(bytes, start, length) {
    const data = padded(bytes, 64, 8, false);
    const keys = Int32Array.from(primes(64), (prime) => Number(BigInt.asIntN(32, rootBits(prime, 3, 32))));
    const state = Int32Array.from(start, (value) => Number(BigInt.asIntN(32, value)));
    const words = new Int32Array(64);
    for (let base = 0; base < data.byteLength; base += 64) {
      for (let i = 0; i < 64; i += 1) {
        const [x, y] = [words[i - 15], words[i - 2]];
        words[i] = i < 16 ? data.getInt32(base + 4 * i)
          : words[i - 16] + (rotr(x, 7) ^ rotr(x, 18) ^ (x >>> 3)) + words[i - 7] + (rotr(y, 17) ^ rotr(y, 19) ^ (y >>> 10));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 64; i += 1) {
        const one = (h + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + keys[i] + words[i]) | 0;
        const two = ((rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
        [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => {
        state[i] += value;
      });
    }
    return hex(state, 32).slice(0, length);
  }
  const wide = (value) => BigInt.asUintN(64, value);
  const turn = (x, n) => wide((x >> BigInt(n)) | (x << BigInt(64 - n)));
  function sha512(bytes, start, length) {
    const data = padded(bytes, 128, 16, false);
    const keys = primes(80).map((prime) => rootBits(prime, 3, 64));
    const state = [...start];
    for (let base = 0; base < data.byteLength; base += 128) {
      const words = [];
      for (let i = 0; i < 80; i += 1) {
        const [x, y] = [words[i - 15], words[i - 2]];
        words.push(i < 16 ? data.getBigUint64(base + 8 * i)
          : wide(words[i - 16] + (turn(x, 1) ^ turn(x, 8) ^ (x >> 7n)) + words[i - 7] + (turn(y, 19) ^ turn(y, 61) ^ (y >> 6n))));
      }
      let [a, b, c, d, e, f, g, h] = state;
      for (let i = 0; i < 80; i += 1) {
        const one = h + (turn(e, 14) ^ turn(e, 18) ^ turn(e, 41)) + ((e & f) ^ (wide(~e) & g)) + keys[i] + words[i];
        const two = (turn(a, 28) ^ turn(a, 34) ^ turn(a, 39)) + ((a & b) ^ (a & c) ^ (b & c));
        [h, g, f, e, d, c, b, a] = [g, f, e, wide(d + one), c, b, a, wide(one + two)];
      }
      [a, b, c, d, e, f, g, h].forEach((value, i) => {
        state[i] = wide(state[i] + value);
      });
    }
    return hex(state, 64).slice(0, length);
  }
  // Starting values: roots of primes, those of the shorter digests of the 9th to 16th prime.
  const roots = (from, bits) => primes(16).slice(from, from + 8).map((prime) => rootBits(prime, 2, bits));
  const algorithms = {
    __proto__: null,
    md5,
    sha1,
    sha224: (bytes) => sha256(bytes, roots(8, 64).map((value) => BigInt.asUintN(32, value)), 56),
    sha256: (bytes) => sha256(bytes, roots(0, 32), 64),
    sha384: (bytes) => sha512(bytes, roots(8, 64), 96),
    sha512: (bytes) => sha512(bytes, roots(0, 64), 128),
  };

  kit.hash = function hash(text, algorithm) {
    const name = String(algorithm ?? 'md5').toLowerCase().replace('-', '');
    if (name === 'base64') return text.base64Encode();
    const digest = algorithms[name];
    if (!digest) throw new kit.ExpressionFault(`There is no digest “${name}”`, `use one of ${Object.keys(algorithms).join(', ')}, base64`);
    return digest(kit.utf8(text));
  };
});
