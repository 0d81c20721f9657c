import { DiscoveryService } from '@nestjs/core';
import type { z } from 'zod';

import type { Tx } from '../../stores/postgres/postgres.js';

/** The name of one scheduled occurrence: a job has at most one for a key of an organisation. */
export interface JobRef {
  /** `<feature>.<job>`, the `name` of its handler. */
  job: string;
  orgId: string;
  /** As a rule the id of the record. */
  key: string;
}

export interface NewJob extends JobRef {
  /** A moment that has passed is due at once. */
  at: Date;
  /** JSON that the handler's schema accepts; no secret and no personal data, which an erasure could not find. */
  payload?: unknown;
}

interface Run {
  /** When it was due, by the schedule. */
  dueAt: Date;
  /** Failures so far. */
  attempts: number;
  /** Aborted once the run has taken too long, or the process is stopping. */
  signal: AbortSignal;
}

/** What a handler is given of an occurrence that is due. */
export interface DueJob<Payload = unknown> extends JobRef, Run {
  payload: Payload;
}

interface Handler {
  readonly name: string;
  /** How long one run may take before it counts as failed; a minute unless it says otherwise. */
  readonly timeoutMs?: number;
}

/**
 * A job whose effect is in PostgreSQL. `run` and the removal of the row are one transaction, so the effect happens once,
 * whatever dies. The record may be gone or changed by now: `run` reads it through `tx` and then decides.
 */
export interface TransactionalJob<Payload = unknown> extends Handler {
  readonly kind: 'transactional';
  readonly payload: z.ZodType<Payload>;
  run: (tx: Tx, due: DueJob<Payload>) => Promise<void>;
}

/** A job whose effect is elsewhere. It runs at least once, so a repeated run must come to the same. */
export interface IdempotentJob<Payload = unknown> extends Handler {
  readonly kind: 'idempotent';
  readonly payload: z.ZodType<Payload>;
  run: (due: DueJob<Payload>) => Promise<void>;
}

/**
 * A job of the platform that one process runs in each period, the first time one period after it was first declared. Periods
 * that passed while no process was there are left out. A run that a crash has cut short is repeated.
 */
export interface PeriodicJob extends Handler {
  readonly kind: 'periodic';
  readonly everyMs: number;
  run: (due: Run) => Promise<void>;
}

export type KeyedJob = TransactionalJob | IdempotentJob;
export type JobHandler = KeyedJob | PeriodicJob;

/** Marks a provider as the handler of a job. Being a provider of its feature's module registers it. */
export const ScheduledJob = DiscoveryService.createDecorator();

/** As a log and a problem name it. */
export const nameOf = ({ job, orgId, key }: JobRef): string => `${job} of ${key} in ${orgId}`;
