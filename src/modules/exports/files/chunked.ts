/** The same bytes in parts of exactly `size`, the last one excepted. */
export async function* chunked(
  source: AsyncIterable<Uint8Array | string>,
  size: number,
): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const piece of source) {
    const bytes = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece);
    parts.push(bytes);
    length += bytes.length;
    if (length < size) continue;
    const whole = Buffer.concat(parts);
    let at = 0;
    for (; length - at >= size; at += size) yield whole.subarray(at, at + size);
    parts = [Buffer.from(whole.subarray(at))];
    length -= at;
  }
  if (length > 0) yield Buffer.concat(parts);
}
