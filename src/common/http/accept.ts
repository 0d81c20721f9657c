interface Range {
  type: string;
  quality: number;
}

/**
 * The media type of `offered` that the client prefers according to its `Accept` (RFC 9110, section 12.5.1). The first
 * one offered if it states no preference or prefers several equally. Null: it accepts none of them.
 */
export function accepted<const T extends string>(
  header: string | undefined,
  offered: readonly [T, ...T[]],
): T | null {
  if (header === undefined || header.trim() === '') return offered[0];
  const ranges = header.split(',').map(rangeOf);
  let best: T | null = null;
  let bestQuality = 0;
  for (const type of offered) {
    const quality = qualityOf(type, ranges);
    if (quality > bestQuality) [best, bestQuality] = [type, quality];
  }
  return best;
}

function rangeOf(text: string): Range {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='));
  const quality = weight === undefined ? 1 : Number(weight.slice(2));
  return { type, quality: Number.isFinite(quality) ? quality : 0 };
}

/** The quality of the most specific range that covers the type. */
function qualityOf(type: string, ranges: readonly Range[]): number {
  const patterns = [type, `${type.split('/', 1)[0] ?? ''}/*`, '*/*'];
  for (const pattern of patterns) {
    const range = ranges.find((one) => one.type === pattern);
    if (range) return range.quality;
  }
  return 0;
}
