import { z } from 'zod';

/** One request of a run. */
export interface Target {
  path: string;
  /** Sent as `Authorization: Bearer …`. */
  token?: string;
  /** JSON text. */
  body?: string;
}

/** What one run of the load generator sends. */
export interface LoadPlan {
  baseUrl: string;
  method: 'GET' | 'POST';
  headers: Readonly<Record<string, string>>;
  /** Sent in this order, over all connections together; from the start again when they are used up. */
  targets: readonly Target[];
  connections: number;
  seconds: number;
}

/** What both generators report. */
export const loadResult = z.object({
  requests: z.number(),
  seconds: z.number(),
  /** Of all answers, headers included. */
  bytes: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  /** Answers of a status that is no success and not 304. */
  badStatuses: z.number(),
  /** Connections refused or lost, and requests that timed out. */
  failures: z.number(),
});
export type LoadResult = z.infer<typeof loadResult>;

/** A program that sends requests, in a process of its own. */
export interface LoadGenerator {
  /** With its version, as the report names it. */
  name: string;
  run: (plan: LoadPlan) => Promise<LoadResult>;
}

/** One request on one line, fields separated by tabs: path, token, body. Both generators read this file. */
export const linesOf = (targets: readonly Target[]): string =>
  targets.map(({ path, token = '', body = '' }) => `${path}\t${token}\t${body}\n`).join('');

export const TIMEOUT_SECONDS = 10;
