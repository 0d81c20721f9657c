import { z } from 'zod';

/** What `npm run bench` was asked for, as `src/cli/bench.ts` hands it over. */
export const optionsSchema = z.object({
  quick: z.boolean(),
  json: z.boolean(),
  out: z.string(),
  only: z.array(z.string()),
  /** Write CPU profiles of our own service. */
  profile: z.boolean(),
  /** Beside products instead of stock frameworks. */
  compare: z.boolean(),
  /** Of `--growth`: the large number of rows. Null: each table's own. */
  rows: z.int().nullable(),
});
export type Options = z.infer<typeof optionsSchema>;

/** How long and how often everything is measured. */
export interface Pace {
  /** Before a server's first run, so that its code is compiled and its caches are filled. */
  firstWarmUpSeconds: number;
  /** Before every run. */
  warmUpSeconds: number;
  runSeconds: number;
  rounds: number;
  connections: number;
  /** Between a server's first answer and the reading of its memory. */
  idleMs: number;
  /** Answers that are timed, one after another, before and after Redis is killed. */
  samples: number;
  /** After this time a request counts as unanswered. */
  patienceMs: number;
}

const FULL: Pace = {
  firstWarmUpSeconds: 4,
  warmUpSeconds: 1,
  runSeconds: 5,
  rounds: 3,
  connections: 50,
  idleMs: 3_000,
  samples: 1_000,
  patienceMs: 7_000,
};

export const paceOf = ({ quick }: Options): Pace =>
  quick ? { ...FULL, firstWarmUpSeconds: 2, runSeconds: 1, idleMs: 1_000, samples: 300 } : FULL;
