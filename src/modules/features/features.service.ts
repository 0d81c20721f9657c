import { Injectable } from '@nestjs/common';

import { Invalid } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import { parseBody } from '../../common/http/contract.pipe.js';
import { mergePatch } from '../../common/http/merge-patch.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import type { FeatureFlag } from './feature-flag.schema.js';
import { type FlagFilter, FeatureFlagsRepository } from './feature-flags.mongo.repository.js';
import { FeatureVersionsRepository } from './feature-versions.mongo.repository.js';
import { toFeatureResponse } from './feature.response.js';
import { FeatureHasChildren, FeatureNotFound, FeatureVersionNotFound } from './features.errors.js';
import { canChangeFeatures, canReadFeatures } from './features.policy.js';
import type { EnvironmentConfig, FlagConfig } from './flag-config.js';
import { toConfig } from './flag-input.js';
import { FlagReferencesService } from './flag-references.service.js';
import { flagSchema } from './flag.dto.js';
import { FlagWriter } from './flag-writer.service.js';
import { configOf } from './stored-flag.js';

/**
 * The feature flags of one organisation, for people who change them. All methods throw `Forbidden` and
 * `StoreUnavailable`.
 */
@Injectable()
export class FeaturesService {
  constructor(
    private readonly flags: FeatureFlagsRepository,
    private readonly versions: FeatureVersionsRepository,
    private readonly references: FlagReferencesService,
    private readonly writer: FlagWriter,
  ) {}

  /** Throws `Invalid`, `FeatureKeyTaken`. */
  async create(
    actor: Principal,
    key: string,
    config: FlagConfig,
    request: IdempotentRequest | null,
  ): Promise<FeatureFlag> {
    assertCan(canChangeFeatures(actor));
    await this.references.assertValid(actor.orgId, key, config);
    return this.writer.create(actor, key, config, { kind: 'created', request });
  }

  /** Throws `FeatureNotFound`. */
  async get(actor: Principal, key: string): Promise<FeatureFlag> {
    assertCan(canReadFeatures(actor));
    const flag = await this.flags.find(actor.orgId, key);
    if (!flag) throw new FeatureNotFound();
    return flag;
  }

  /** Newest first, and one more than `limit` if it exists. */
  list(actor: Principal, filter: FlagFilter, limit: number, afterId: string | null): Promise<FeatureFlag[]> {
    assertCan(canReadFeatures(actor));
    return this.flags.list(actor.orgId, filter, limit + 1, afterId);
  }

  /** Throws `FeatureNotFound`, `Invalid`, `PreconditionFailed`, `FeatureChanged`, like the methods below. */
  replace(actor: Principal, key: string, config: FlagConfig, ifMatch?: string): Promise<FeatureFlag> {
    return this.change(actor, key, ifMatch, () => config);
  }

  patch(actor: Principal, key: string, patch: unknown, ifMatch?: string): Promise<FeatureFlag> {
    return this.change(actor, key, ifMatch, (current) =>
      toConfig(parseBody(flagSchema, mergePatch(current, patch))),
    );
  }

  replaceEnvironment(
    actor: Principal,
    key: string,
    name: string,
    environment: EnvironmentConfig,
    ifMatch?: string,
  ): Promise<FeatureFlag> {
    return this.change(actor, key, ifMatch, (current) => withEnvironment(current, name, environment));
  }

  /**
   * An archived flag is not evaluated any more. Flags that depend on it would change their answers, so there must be
   * none.
   */
  async archive(actor: Principal, key: string, request: IdempotentRequest | null): Promise<FeatureFlag> {
    assertCan(canChangeFeatures(actor));
    await this.assertNoChildren(actor, key);
    return this.writer.change(actor, key, { kind: 'archived', request }, (current) => ({
      ...configOf(current),
      archived: true,
    }));
  }

  async delete(actor: Principal, key: string, ifMatch?: string): Promise<void> {
    assertCan(canChangeFeatures(actor));
    await this.writer.delete(actor, key, async (current) => {
      assertIfMatch(ifMatch, toFeatureResponse(current));
      await this.assertNoChildren(actor, key);
    });
  }

  /** Newest first, below the version `before`, and one more than `limit` if it exists. */
  async history(actor: Principal, key: string, limit: number, before: number | null): Promise<FeatureFlag[]> {
    const current = await this.get(actor, key);
    if (before !== null) return this.versions.list(actor.orgId, current._id, before, limit + 1);
    const older = await this.versions.list(actor.orgId, current._id, current.version, limit);
    return [current, ...older];
  }

  /**
   * Restores a former version as a new one, with all of its references as they were. Throws `FeatureVersionNotFound`.
   */
  async rollback(
    actor: Principal,
    key: string,
    version: number,
    request: IdempotentRequest | null,
  ): Promise<FeatureFlag> {
    assertCan(canChangeFeatures(actor));
    return this.writer.change(actor, key, { kind: 'rolled_back', request }, async (current) => {
      if (version === current.version) return configOf(current);
      const found = await this.versions.find(actor.orgId, current._id, version);
      if (!found) throw new FeatureVersionNotFound();
      return configOf(found);
    });
  }

  private change(
    actor: Principal,
    key: string,
    ifMatch: string | undefined,
    to: (config: FlagConfig) => FlagConfig,
  ): Promise<FeatureFlag> {
    assertCan(canChangeFeatures(actor));
    return this.writer.change(actor, key, { kind: 'updated' }, async (current) => {
      assertIfMatch(ifMatch, toFeatureResponse(current));
      const before = configOf(current);
      const config = to(before);
      await this.references.assertValid(actor.orgId, key, config);
      if (config.archived && !before.archived) await this.assertNoChildren(actor, key);
      return config;
    });
  }

  private async assertNoChildren(actor: Principal, key: string): Promise<void> {
    const children = await this.flags.childrenOf(actor.orgId, key);
    if (children.length > 0) throw new FeatureHasChildren(children);
  }
}

/** A flag with one of its environments replaced or added. */
export const withEnvironment = (
  config: FlagConfig,
  name: string,
  environment: EnvironmentConfig,
): FlagConfig => ({ ...config, environments: { ...config.environments, [name]: environment } });

/** Throws `Invalid` if the key in the body differs from the key in the address. */
export function assertSameKey(given: string | undefined, key: string): void {
  if (given === undefined || given === key) return;
  throw new Invalid([{ path: 'key', code: 'immutable', message: 'A flag keeps its key.' }]);
}
