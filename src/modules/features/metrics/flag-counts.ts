/** How often a flag was on and off, and how often it returned each of its variants. */
export interface FlagCounts {
  yes: number;
  no: number;
  variants: ReadonlyMap<string, number>;
}

/** Counts of one flag in one environment. */
export interface CountedFlag extends FlagCounts {
  orgId: string;
  environment: string;
  key: string;
  /** The beginning of an hour in UTC. */
  hour: Date;
}

const HOUR_MS = 3_600_000;

export const hourOf = (moment: Date): Date => new Date(Math.floor(moment.getTime() / HOUR_MS) * HOUR_MS);
