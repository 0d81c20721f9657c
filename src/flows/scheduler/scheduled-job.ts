import { DiscoveryService } from '@nestjs/core';
import type { z } from 'zod';

import type { Tx } from '../../stores/postgres/postgres.js';

/** The name of one scheduled occurrence. A job has at most one occurrence for each key of an organisation. */
export interface JobRef {
  /** `<feature>.<job>`, the `name` of its handler. */
  job: string;
  orgId: string;
  /** As a rule the id of the record. */
  key: string;
}

export interface NewJob extends JobRef {
  /** A moment in the past is due at once. */
  at: Date;
  /** JSON that the handler's schema accepts. No secret, and no personal data, because an erasure could not find it. */
  payload?: unknown;
}

interface Run {
  /** The moment at which it was due according to the schedule. */
  dueAt: Date;
  /** Failures so far. */
  attempts: number;
  /** Aborted when the run has taken too long, or when the process stops. */
  signal: AbortSignal;
}

/** The arguments of a handler for a due occurrence. */
export interface DueJob<Payload = unknown> extends JobRef, Run {
  payload: Payload;
}

interface Handler {
  readonly name: string;
  /** How long one run may take before it counts as failed; a minute by default. */
  readonly timeoutMs?: number;
}

/**
 * A job whose effect is in PostgreSQL. `run` and the removal of the row are one transaction, so the effect happens
 * once even if a process dies. The record may have been deleted or changed by now, so `run` reads it through `tx`
 * before it decides.
 */
export interface TransactionalJob<Payload = unknown> extends Handler {
  readonly kind: 'transactional';
  readonly payload: z.ZodType<Payload>;
  run: (tx: Tx, due: DueJob<Payload>) => Promise<void>;
}

/** A job whose effect is not in PostgreSQL. It runs at least once, so a repeated run must have the same result. */
export interface IdempotentJob<Payload = unknown> extends Handler {
  readonly kind: 'idempotent';
  readonly payload: z.ZodType<Payload>;
  run: (due: DueJob<Payload>) => Promise<void>;
}

/**
 * A job of the platform that one process runs in each period, for the first time one period after it was first
 * declared. Periods in which no process was running are skipped. A run that a crash interrupted is repeated.
 */
export interface PeriodicJob extends Handler {
  readonly kind: 'periodic';
  readonly everyMs: number;
  run: (due: Run) => Promise<void>;
}

export type KeyedJob = TransactionalJob | IdempotentJob;
export type JobHandler = KeyedJob | PeriodicJob;

/** Marks a provider as the handler of a job. To register it, list it as a provider in its feature's module. */
export const ScheduledJob = DiscoveryService.createDecorator();

/** The job's name in logs and problem documents. */
export const nameOf = ({ job, orgId, key }: JobRef): string => `${job} of ${key} in ${orgId}`;
