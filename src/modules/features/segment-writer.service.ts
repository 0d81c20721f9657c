import { setTimeout as pause } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Effects } from '../../flows/effects/effects.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { segments } from './feature-collections.js';
import { SegmentChanged, SegmentNotFound } from './features.errors.js';
import { type Author, segmentChanged } from './flag-effects.js';
import type { Segment } from './segment.schema.js';
import { SegmentsRepository } from './segments.mongo.repository.js';

const ATTEMPTS = 20;
/** A deleted segment keeps its number until its activity entry is written, which takes some milliseconds. */
const FREEING_MS = 20;

export type SegmentInput = Pick<Segment, 'name' | 'description' | 'constraints'>;

/** Writes segments, each change together with its activity entry. */
@Injectable()
export class SegmentWriter {
  constructor(
    private readonly segments: SegmentsRepository,
    private readonly documents: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Uses the next free number. Throws `SegmentChanged`. */
  async create(author: Author, input: SegmentInput, request: IdempotentRequest | null): Promise<Segment> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // A number may be taken although no segment shows it, because its segment was deleted just now.
      const number = (await this.segments.highestNumber(author.orgId)) + 1 + attempt;
      const made = await this.insert(author, number, input, 'created', request);
      if (made) return made;
    }
    throw new SegmentChanged();
  }

  /** Throws `SegmentNotFound`, `SegmentChanged`, and whatever `check` throws. */
  async replace(
    author: Author,
    number: number,
    input: SegmentInput,
    check: (current: Segment) => void,
  ): Promise<Segment> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const current = await this.segments.find(author.orgId, number);
      if (!current) throw new SegmentNotFound();
      check(current);
      const next = await this.update(author, current, input, 'updated');
      if (next) return next;
    }
    throw new SegmentChanged();
  }

  /** Writes an imported segment under its own number, whatever its faults. Throws `SegmentChanged`. */
  async put(author: Author, number: number, input: SegmentInput): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const current = await this.segments.find(author.orgId, number);
      if (current && isSame(current, input)) return;
      const written = current
        ? await this.update(author, current, input, 'imported')
        : await this.insert(author, number, input, 'imported', null);
      if (written) return;
      await this.segments.free(author.orgId, number);
      await pause(FREEING_MS);
    }
    throw new SegmentChanged();
  }

  /** Throws `SegmentChanged`. */
  async delete(author: Author, current: Segment): Promise<void> {
    const effects = [segmentChanged(author, current, 'deleted', this.clock.now())];
    if (!(await this.segments.delete(author.orgId, current, effects))) throw new SegmentChanged();
    await this.effects.deliver(segments, current._id, effects);
  }

  /** Null: another writer has changed it first. */
  private async update(
    author: Author,
    current: Segment,
    input: SegmentInput,
    what: 'updated' | 'imported',
  ): Promise<Segment | null> {
    const at = this.clock.now();
    const next = { ...current, ...input, version: current.version + 1, updated_at: at };
    const effects = [segmentChanged(author, next, what, at)];
    if (!(await this.segments.replace(author.orgId, next, effects))) return null;
    await this.effects.deliver(segments, next._id, effects);
    return next;
  }

  /** Null: the number is taken. */
  private async insert(
    author: Author,
    number: number,
    input: SegmentInput,
    what: 'created' | 'imported',
    request: IdempotentRequest | null,
  ): Promise<Segment | null> {
    const at = this.clock.now();
    const segment: Segment = {
      ...{ _id: newId(), organization_id: author.orgId, number, ...input, version: 1 },
      ...{ deleted: false, created_at: at, updated_at: at },
    };
    try {
      const effects = [segmentChanged(author, segment, what, at)];
      return await this.documents.create(segments, segment, effects, request);
    } catch (error) {
      if (violatedUniqueIndex(error)) return null;
      throw error;
    }
  }
}

const isSame = ({ name, description, constraints }: Segment, input: SegmentInput): boolean =>
  JSON.stringify([name, description, constraints]) ===
  JSON.stringify([input.name, input.description, input.constraints]);
