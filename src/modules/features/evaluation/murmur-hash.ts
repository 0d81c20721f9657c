const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

const rotate = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));
const scramble = (block: number): number => Math.imul(rotate(Math.imul(block, C1), 15), C2);

/**
 * MurmurHash3, x86, 32 bits, unsigned. It reads the low byte of each UTF-16 unit, like `murmurhash3js` in Unleash's
 * server and Node SDK. So a person whose id is not ASCII gets the same bucket there and in this service.
 */
export function murmurHash3(text: string, seed: number): number {
  const byte = (at: number): number => text.charCodeAt(at) & 0xff;
  const end = text.length & ~3;
  let hash = seed;
  for (let at = 0; at < end; at += 4) {
    const block = byte(at) | (byte(at + 1) << 8) | (byte(at + 2) << 16) | (byte(at + 3) << 24);
    hash = (Math.imul(rotate(hash ^ scramble(block), 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = text.length - 1; at >= end; at--) tail = (tail << 8) | byte(at);
  hash ^= scramble(tail) ^ text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
