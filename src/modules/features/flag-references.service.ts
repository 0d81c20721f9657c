import { Injectable } from '@nestjs/common';

import { Invalid } from '../../common/errors/kinds.js';
import { FeatureFlagsRepository } from './feature-flags.mongo.repository.js';
import type { FlagConfig } from './flag-config.js';
import { faultsOfFlag } from './flag-faults.js';
import { SegmentsRepository } from './segments.mongo.repository.js';

/** Checks the references of a flag. */
@Injectable()
export class FlagReferencesService {
  constructor(
    private readonly flags: FeatureFlagsRepository,
    private readonly segments: SegmentsRepository,
  ) {}

  /** Throws `Invalid` with each fault and its path. */
  async assertValid(orgId: string, key: string, config: FlagConfig): Promise<void> {
    const parentKeys = config.parents.map((parent) => parent.key);
    const [parents, children, numbers] = await Promise.all([
      parentKeys.length > 0 ? this.flags.byKeys(orgId, parentKeys) : [],
      parentKeys.length > 0 ? this.flags.childrenOf(orgId, key) : [],
      hasSegments(config) ? this.segments.numbers(orgId) : [],
    ]);
    const known = parents.filter(({ archived }) => !archived);
    const errors = faultsOfFlag(key, config, {
      flags: new Map(known.map((flag) => [flag.key, { hasParents: flag.parents.length > 0 }])),
      isParent: children.length > 0,
      segments: new Set(numbers),
    });
    if (errors.length > 0) throw new Invalid(errors);
  }
}

const hasSegments = ({ environments }: FlagConfig): boolean =>
  Object.values(environments).some(({ strategies }) =>
    strategies.some(({ segments = [] }) => segments.length > 0),
  );
