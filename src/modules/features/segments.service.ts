import { Injectable } from '@nestjs/common';

import { Invalid } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { faultsOfConstraints } from './constraint-faults.js';
import { FeatureFlagsRepository } from './feature-flags.mongo.repository.js';
import { SegmentInUse, SegmentNotFound } from './features.errors.js';
import { canChangeFeatures, canReadFeatures } from './features.policy.js';
import { type SegmentInput, SegmentWriter } from './segment-writer.service.js';
import type { Segment } from './segment.schema.js';
import { toSegmentResponse } from './segment.response.js';
import { SegmentsRepository } from './segments.mongo.repository.js';

/** The segments of one organisation. All methods throw `Forbidden` and `StoreUnavailable`. */
@Injectable()
export class SegmentsService {
  constructor(
    private readonly segments: SegmentsRepository,
    private readonly flags: FeatureFlagsRepository,
    private readonly writer: SegmentWriter,
  ) {}

  /** Throws `Invalid`. */
  async create(actor: Principal, input: SegmentInput, request: IdempotentRequest | null): Promise<Segment> {
    assertCan(canChangeFeatures(actor));
    assertValid(input);
    return this.writer.create(actor, input, request);
  }

  /** Throws `SegmentNotFound`. */
  async get(actor: Principal, number: number): Promise<Segment> {
    assertCan(canReadFeatures(actor));
    const segment = await this.segments.find(actor.orgId, number);
    if (!segment) throw new SegmentNotFound();
    return segment;
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(actor: Principal, limit: number, afterId: string | null): Promise<Segment[]> {
    assertCan(canReadFeatures(actor));
    return this.segments.list(actor.orgId, limit + 1, afterId);
  }

  /** Throws `SegmentNotFound`, `Invalid`, `PreconditionFailed`, `SegmentChanged`. */
  async replace(actor: Principal, number: number, input: SegmentInput, ifMatch?: string): Promise<Segment> {
    assertCan(canChangeFeatures(actor));
    assertValid(input);
    return this.writer.replace(actor, number, input, (current) =>
      assertIfMatch(ifMatch, toSegmentResponse(current)),
    );
  }

  /** Throws `SegmentNotFound`, `SegmentInUse`, `PreconditionFailed`, `SegmentChanged`. */
  async delete(actor: Principal, number: number, ifMatch?: string): Promise<void> {
    assertCan(canChangeFeatures(actor));
    const current = await this.get(actor, number);
    assertIfMatch(ifMatch, toSegmentResponse(current));
    const users = await this.flags.usersOfSegment(actor.orgId, number);
    if (users.length > 0) throw new SegmentInUse(users);
    await this.writer.delete(actor, current);
  }

  /** The number of the first segment of that name. */
  async numberOf(orgId: string, name: string): Promise<number | null> {
    const segments = await this.segments.all(orgId);
    return segments.find((segment) => segment.name === name)?.number ?? null;
  }
}

function assertValid({ constraints }: SegmentInput): void {
  const errors = faultsOfConstraints('constraints', constraints);
  if (errors.length > 0) throw new Invalid(errors);
}
