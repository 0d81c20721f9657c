import type { Target } from '../load/load.js';
import type { ContestantName } from '../servers/contestants.js';
import type { ServerProcess } from '../servers/server-process.js';
import type { World } from '../world/world.js';

/** What quality demands of our own figures. Measured and marked, not enforced. */
export interface Floor {
  requestsPerSecond: number;
  p99Ms?: number;
}

/** Says after a run of so many requests what was wrong with it; null: nothing. */
export type Audit = (requests: number) => Promise<string | null>;

/** A server that has been seen to give the right answer, and what it will be asked. */
export interface Prepared {
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  /** Called before each run: requests that must not repeat are new each time. */
  targets: (seconds: number) => readonly Target[];
  /** Of one right answer on the wire: a run whose answers are of another size has measured something else. */
  answerBytes: number;
  /** Begins to watch what the server itself counts. */
  watch?: () => Promise<Audit>;
  /** Waits until the server has finished what the last run left behind. */
  settle?: () => Promise<void>;
}

export interface Contender {
  label: string;
  contestant: ContestantName;
  /** Throws `WrongAnswer`. */
  prepare: (server: ServerProcess, world: World) => Promise<Prepared>;
}

/** One question to several servers. The first is ours; the others are what it is compared with. */
export interface ThroughputCase {
  name: string;
  title: string;
  floor: Floor | null;
  contenders: readonly [Contender, ...Contender[]];
}

/** A server does not answer what it should: to measure it would be to measure something else. */
export class WrongAnswer extends Error {}
