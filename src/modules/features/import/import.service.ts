import { Injectable } from '@nestjs/common';

import type { Principal } from '../../../common/http/principal.js';
import { assertCan } from '../../../common/http/scopes.js';
import { FeatureKeyTaken, FeatureNotFound } from '../features.errors.js';
import { canChangeFeatures } from '../features.policy.js';
import { FlagWriter } from '../flag-writer.service.js';
import { SegmentWriter } from '../segment-writer.service.js';
import { SegmentsService } from '../segments.service.js';
import { configOf } from '../stored-flag.js';
import type { ImportedFlag, ImportedSegment, ImportPlan } from './import-plan.js';
import { importedConfig } from './imported-config.js';
import { withSegments } from './renumbered-segments.js';

export interface ImportCounts {
  created: number;
  updated: number;
  unchanged: number;
  segments: number;
}

type Outcome = 'created' | 'updated' | 'unchanged';

/** Imports flags and segments from Unleash. It adds and replaces, and removes nothing. */
@Injectable()
export class ImportService {
  constructor(
    private readonly writer: FlagWriter,
    private readonly segments: SegmentsService,
    private readonly segmentWriter: SegmentWriter,
  ) {}

  /**
   * Throws `Forbidden`, `StoreUnavailable`. What was imported before a failure stays, and an import may be repeated.
   */
  async import(actor: Principal, plan: ImportPlan): Promise<ImportCounts> {
    assertCan(canChangeFeatures(actor));
    // Segments first, so that a flag that names one finds it.
    const numbers = await this.importSegments(actor, plan.segments);
    const counts = { created: 0, updated: 0, unchanged: 0, segments: plan.segments.length };
    for (const flag of plan.flags) counts[await this.importFlag(actor, withSegments(flag, numbers))] += 1;
    return counts;
  }

  private async importFlag(actor: Principal, flag: ImportedFlag): Promise<Outcome> {
    try {
      let before = 0;
      const { version } = await this.writer.change(actor, flag.key, { kind: 'imported' }, (current) => {
        before = current.version;
        return importedConfig(configOf(current), flag);
      });
      return version === before ? 'unchanged' : 'updated';
    } catch (error) {
      if (!(error instanceof FeatureNotFound)) throw error;
    }
    try {
      await this.writer.create(actor, flag.key, importedConfig(null, flag), { kind: 'imported' });
      return 'created';
    } catch (error) {
      // Another request has created it in between.
      if (error instanceof FeatureKeyTaken) return this.importFlag(actor, flag);
      throw error;
    }
  }

  /** Returns the numbers of the segments in this service by their numbers in the document. */
  private async importSegments(
    actor: Principal,
    imported: readonly ImportedSegment[],
  ): Promise<ReadonlyMap<number, number>> {
    const numbers = new Map<number, number>();
    for (const { id, name, description = null, constraints } of imported) {
      if (constraints) {
        const input = { name: name ?? `Segment ${id}`, description, constraints };
        await this.segmentWriter.put(actor, id, input);
      } else {
        // The admin export names a segment without its constraints.
        const known = name === undefined ? null : await this.segments.numberOf(actor.orgId, name);
        if (known !== null) numbers.set(id, known);
      }
    }
    return numbers;
  }
}
