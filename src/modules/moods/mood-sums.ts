import { bucketOf } from '../../common/time/bucket-of.js';
import type { MoodFactor, StoredMood } from './mood.js';

/** How many factors with the highest averages are shown, and how many with the lowest. */
const AT_EACH_END = 10;

export type CountedMood = Pick<StoredMood, 'recorded_at' | 'intensity' | 'factors'>;

interface Sum {
  total: number;
  count: number;
}

export interface FactorAverage extends MoodFactor {
  average: number;
  count: number;
}

/** Averages of moods by period and by factor, from exact sums. */
export class MoodSums {
  private readonly periods: Sum[];
  private readonly factors = new Map<string, Sum & { factor: MoodFactor }>();

  /** `starts`: in ms, rising. */
  constructor(private readonly starts: readonly number[]) {
    this.periods = starts.map(() => ({ total: 0, count: 0 }));
  }

  add({ recorded_at, intensity, factors }: CountedMood): void {
    const period = this.periods[bucketOf(this.starts, recorded_at.getTime())];
    if (period) count(period, intensity);
    // A factor that a mood names twice counts once.
    const named = new Map(factors.map(({ name, value }) => [JSON.stringify([name, value]), { name, value }]));
    for (const [key, factor] of named) {
      const sum = this.factors.get(key) ?? { factor, total: 0, count: 0 };
      count(sum, intensity);
      this.factors.set(key, sum);
    }
  }

  /** How many different ones there are. */
  get factorCount(): number {
    return this.factors.size;
  }

  byPeriod(): { startMs: number; average: number | null; count: number }[] {
    return this.periods.map((sum, index) => ({
      startMs: this.starts[index] ?? NaN,
      average: sum.count === 0 ? null : averageOf(sum),
      count: sum.count,
    }));
  }

  /**
   * Highest average first. Factors with equal averages are ordered by their number of moods. The middle is left out.
   */
  byFactor(): FactorAverage[] {
    const ranked = [...this.factors]
      .map(([key, sum]) => ({ key, ...sum, exact: sum.total / sum.count }))
      .toSorted((a, b) => b.exact - a.exact || b.count - a.count || (a.key < b.key ? -1 : 1));
    const shown =
      ranked.length <= 2 * AT_EACH_END
        ? ranked
        : [...ranked.slice(0, AT_EACH_END), ...ranked.slice(-AT_EACH_END)];
    return shown.map((sum) => ({ ...sum.factor, average: averageOf(sum), count: sum.count }));
  }
}

function count(sum: Sum, intensity: number): void {
  sum.total += intensity;
  sum.count += 1;
}

const averageOf = ({ total, count: of }: Sum): number => Math.round((total / of) * 100) / 100;
