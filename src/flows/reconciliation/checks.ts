import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { Declarations } from '../declarations.js';
import { CacheCheck } from './cache/cache.check.js';
import type { Check } from './check.js';
import { CopyComparison } from './copy-comparison.js';
import { EffectsCheck } from './effects.check.js';
import { OrphansCheck } from './orphans.check.js';
import { ProjectionCheck } from './projection.check.js';
import { SpoolCheck } from './spool.check.js';

/**
 * Every check, in the order in which they run. A check whose subject shows several records runs after the checks that
 * compare each of those records.
 */
@Injectable()
export class Checks {
  private made: readonly Check[] | null = null;

  constructor(
    private readonly modules: ModuleRef,
    private readonly declarations: Declarations,
    private readonly copies: CopyComparison,
    private readonly spool: SpoolCheck,
    private readonly effects: EffectsCheck,
    private readonly orphans: OrphansCheck,
    private readonly cache: CacheCheck,
  ) {}

  get all(): readonly Check[] {
    return (this.made ??= [
      ...this.ofProjections(),
      this.spool,
      this.effects,
      ...this.declarations.checks.map((type) => this.modules.get<Check>(type, { strict: false })),
      this.orphans,
      this.cache,
    ]);
  }

  private ofProjections(): Check[] {
    const { collections, projections } = this.declarations;
    return projections.flatMap((projection) => {
      const { compared } = projection;
      const owned = collections.find(({ name }) => name === compared?.collection);
      return compared && owned
        ? [new ProjectionCheck(this.copies, projection, compared, owned.resource)]
        : [];
    });
  }
}
