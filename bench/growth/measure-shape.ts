import type { Ground } from './ground.js';
import type { Read, Shape } from './shape.js';

export interface Answered {
  status: number;
  text: string;
  elapsedMs: number;
}

/** Sends a GET to the service. */
export type Ask = (path: string) => Promise<Answered>;

/** One read at both sizes. */
export interface GrowthResult {
  shape: string;
  route: string;
  what: string;
  small: number;
  large: number;
  smallP50Ms: number;
  largeP50Ms: number;
  ratio: number;
}

export interface GrowthPace {
  small: number;
  /** Null: as large as the shape says. */
  large: number | null;
  /** Each round times every read so often. The round with the lowest median counts. */
  samples: number;
  rounds: number;
}

const WARM_UPS = 4;

/** The wanted reads of a shape, before and after its table has grown. */
export async function measureShape(
  shape: Shape,
  ground: Ground,
  ask: Ask,
  pace: GrowthPace,
  isWanted: (read: Read) => boolean,
): Promise<GrowthResult[]> {
  const large = pace.large ?? shape.large;
  const at = async (from: number, to: number) => {
    await shape.fill(ground, [from, to]);
    const reads = [reference(ground), ...shape.reads(ground, to)].filter(isWanted);
    return { reads, p50s: await mediansOf(reads, ask, pace) };
  };
  const before = await at(0, pace.small);
  const after = await at(pace.small, large);
  return before.reads.map(({ route, what }, index) => {
    const smallP50Ms = before.p50s[index] ?? NaN;
    const largeP50Ms = after.p50s[index] ?? NaN;
    const ratio = largeP50Ms / smallP50Ms;
    return { shape: shape.name, route, what, small: pace.small, large, smallP50Ms, largeP50Ms, ratio };
  });
}

/** Costs the same at every size, so its ratio shows how much the machine itself has changed. */
const reference = ({ orgId }: Ground): Read => ({
  route: 'GET /api/v1/organizations/{id}',
  what: 'reference',
  from: `/api/v1/organizations/${orgId}`,
  finds: 'any',
});

async function mediansOf(
  reads: readonly Read[],
  ask: Ask,
  { samples, rounds }: GrowthPace,
): Promise<number[]> {
  const lowest = reads.map(() => Infinity);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, read] of reads.entries()) {
      for (let turn = 0; turn < WARM_UPS; turn += 1) await timed(read, ask);
      const times: number[] = [];
      for (let turn = 0; turn < samples; turn += 1) times.push(await timed(read, ask));
      lowest[index] = Math.min(lowest[index] ?? Infinity, medianOf(times));
    }
  return lowest;
}

const medianOf = (times: readonly number[]): number =>
  times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;

async function timed({ route, what, from, finds }: Read, ask: Ask): Promise<number> {
  if (typeof from !== 'string') {
    const startedAt = performance.now();
    await from();
    return performance.now() - startedAt;
  }
  const { status, text, elapsedMs } = await ask(from);
  const name = `${route}, ${what}`;
  if (status !== 200) throw new Error(`${name} (${from}): ${status} ${text.slice(0, 500)}`);
  if (finds !== 'any' && itemsOf(text) > 0 !== (finds === 'items'))
    throw new Error(`${name} (${from}) should have found ${finds}: ${text.slice(0, 200)}`);
  return elapsedMs;
}

function itemsOf(text: string): number {
  const { data } = JSON.parse(text) as { data?: unknown };
  return Array.isArray(data) ? data.length : 0;
}
