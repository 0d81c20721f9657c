import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Invalid } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { faultsOfConstraints } from './constraint-faults.js';
import { FeatureFlagsRepository } from './feature-flags.mongo.repository.js';
import { SegmentChanged, SegmentInUse, SegmentNotFound } from './features.errors.js';
import { canChangeFeatures, canReadFeatures } from './features.policy.js';
import { tagsOfSegment } from './flag-tags.js';
import type { Segment } from './segment.schema.js';
import { toSegmentResponse } from './segment.response.js';
import { SegmentsRepository } from './segments.mongo.repository.js';

const ATTEMPTS = 20;

export type SegmentInput = Pick<Segment, 'name' | 'description' | 'constraints'>;

/** The segments of one organisation. All of it throws `Forbidden` and `StoreUnavailable`. */
@Injectable()
export class SegmentsService {
  constructor(
    private readonly segments: SegmentsRepository,
    private readonly flags: FeatureFlagsRepository,
    private readonly cache: TaggedCache,
    private readonly clock: Clock,
  ) {}

  /** Under the next free number. Throws `Invalid`. */
  async create(actor: Principal, input: SegmentInput): Promise<Segment> {
    assertCan(canChangeFeatures(actor));
    assertValid(input);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const numbers = await this.segments.numbers(actor.orgId);
      const segment = this.newSegment(actor.orgId, Math.max(0, ...numbers) + 1, input);
      if (!(await this.segments.insert(segment))) continue;
      await this.cache.invalidate(tagsOfSegment(actor.orgId, segment.number));
      return segment;
    }
    throw new SegmentChanged();
  }

  /** Throws `SegmentNotFound`. */
  async get(actor: Principal, number: number): Promise<Segment> {
    assertCan(canReadFeatures(actor));
    const segment = await this.segments.find(actor.orgId, number);
    if (!segment) throw new SegmentNotFound();
    return segment;
  }

  /** Newest first; one more than `limit`, where there is one. */
  list(actor: Principal, limit: number, afterId: string | null): Promise<Segment[]> {
    assertCan(canReadFeatures(actor));
    return this.segments.list(actor.orgId, limit + 1, afterId);
  }

  /** Throws `SegmentNotFound`, `Invalid`, `PreconditionFailed`, `SegmentChanged`. */
  async replace(actor: Principal, number: number, input: SegmentInput, ifMatch?: string): Promise<Segment> {
    assertCan(canChangeFeatures(actor));
    assertValid(input);
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const current = await this.get(actor, number);
      assertIfMatch(ifMatch, toSegmentResponse(current));
      const next = { ...current, ...input, version: current.version + 1, updated_at: this.clock.now() };
      if (!(await this.segments.replace(actor.orgId, next))) continue;
      await this.cache.invalidate(tagsOfSegment(actor.orgId, number));
      return next;
    }
    throw new SegmentChanged();
  }

  /** Throws `SegmentNotFound`, `SegmentInUse`, `PreconditionFailed`, `SegmentChanged`. */
  async delete(actor: Principal, number: number, ifMatch?: string): Promise<void> {
    assertCan(canChangeFeatures(actor));
    const current = await this.get(actor, number);
    assertIfMatch(ifMatch, toSegmentResponse(current));
    const users = await this.flags.usersOfSegment(actor.orgId, number);
    if (users.length > 0) throw new SegmentInUse(users);
    if (!(await this.segments.delete(actor.orgId, current))) throw new SegmentChanged();
    await this.cache.invalidate(tagsOfSegment(actor.orgId, number));
  }

  /** The number of the first segment of that name. */
  async numberOf(orgId: string, name: string): Promise<number | null> {
    const segments = await this.segments.all(orgId);
    return segments.find((segment) => segment.name === name)?.number ?? null;
  }

  /** What an import brings: under its own number, whatever is wrong with it. */
  async put(orgId: string, number: number, input: SegmentInput): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const current = await this.segments.find(orgId, number);
      if (current && isSame(current, input)) return;
      const next = current && {
        ...current,
        ...input,
        version: current.version + 1,
        updated_at: this.clock.now(),
      };
      const isWritten = next
        ? await this.segments.replace(orgId, next)
        : await this.segments.insert(this.newSegment(orgId, number, input));
      if (!isWritten) continue;
      await this.cache.invalidate(tagsOfSegment(orgId, number));
      return;
    }
    throw new SegmentChanged();
  }

  private newSegment(orgId: string, number: number, input: SegmentInput): Segment {
    const at = this.clock.now();
    return {
      _id: newId(),
      organization_id: orgId,
      number,
      ...input,
      version: 1,
      created_at: at,
      updated_at: at,
    };
  }
}

const isSame = ({ name, description, constraints }: Segment, input: SegmentInput): boolean =>
  JSON.stringify([name, description, constraints]) ===
  JSON.stringify([input.name, input.description, input.constraints]);

function assertValid({ constraints }: SegmentInput): void {
  const errors = faultsOfConstraints('constraints', constraints);
  if (errors.length > 0) throw new Invalid(errors);
}
