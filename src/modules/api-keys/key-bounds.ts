import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import type { JsonObject } from '../../common/http/merge-patch.js';
import type { Principal } from '../../common/http/principal.js';
import { Clock } from '../../common/time/clock.js';
import { Declarations } from '../../flows/declarations.js';
import { type Credits, flagEnvironmentOf, type NewApiKey } from './api-key.js';
import type { CreateApiKeyDto } from './api-keys.dto.js';
import { BeyondParentKey, ExpiryInThePast, UnknownResource } from './api-keys.errors.js';
import { ApiKeysRepository } from './api-keys.pg.repository.js';
import { type BoundField, type Bounds, fieldsBeyond, unknownScopes } from './api-keys.policy.js';

type Limits = Pick<
  NewApiKey,
  'environment' | 'expiresAt' | 'flagEnvironment' | 'rateLimit' | 'rateWindowSeconds' | 'metadata'
>;

/** Checks the limits of a key: the existing resources, the time, and the key that creates or changes it. */
@Injectable()
export class KeyBounds {
  constructor(
    private readonly apiKeys: ApiKeysRepository,
    private readonly clock: Clock,
    private readonly declarations: Declarations,
  ) {}

  /** Throws `UnknownResource`. */
  assertKnown(scopes: readonly string[]): void {
    const unknown = unknownScopes(scopes, this.declarations.resources);
    if (unknown.length > 0) throw new UnknownResource(unknown, this.declarations.resources);
  }

  /** Throws `ExpiryInThePast`. */
  assertAhead(expiresAt: Date | null | undefined): void {
    if (expiresAt && expiresAt <= this.clock.now()) throw new ExpiryInThePast();
  }

  /**
   * Limits that are not given to a key created by another key are taken from that key. Throws `ExpiryInThePast`,
   * `BeyondParentKey`.
   */
  async ofNewKey(
    actor: Principal,
    input: CreateApiKeyDto,
  ): Promise<{ columns: Limits; credits: Credits | null }> {
    const wanted = input.expires_at === undefined ? null : new Date(input.expires_at);
    this.assertAhead(wanted);
    const credits = creditsOf(input);
    const columns = {
      environment: input.environment,
      expiresAt: wanted,
      flagEnvironment: input.flag_environment ?? null,
      rateLimit: input.rate_limit?.limit ?? null,
      rateWindowSeconds: input.rate_limit?.window_seconds ?? null,
      metadata: (input.metadata ?? {}) as JsonObject,
    };
    const parent = await this.ofCaller(actor);
    if (parent === null) return { columns, credits };
    const within = {
      ...columns,
      expiresAt: wanted ?? parent.expiresAt,
      flagEnvironment: columns.flagEnvironment ?? flagEnvironmentOf(parent),
      ...(columns.rateLimit === null && {
        rateLimit: parent.rateLimit,
        rateWindowSeconds: parent.rateWindowSeconds,
      }),
    };
    assertWithin(parent, { ...within, credits });
    return { columns: within, credits };
  }

  /** The limits of the calling key. Null: the caller is a person. */
  async ofCaller(actor: Principal): Promise<Bounds | null> {
    if (actor.apiKeyId === null) return null;
    const key = await this.apiKeys.find(actor.orgId, actor.apiKeyId, this.clock.now());
    if (!key) throw new NotFound('There is no such API key.');
    return key;
  }
}

/**
 * `fields`: those that the caller sets in this request. Throws `BeyondParentKey` if a key would exceed the calling
 * key.
 */
export function assertWithin(
  caller: Bounds | null,
  key: Bounds,
  isAsked: (field: BoundField) => boolean = () => true,
): void {
  const exceeded = caller === null ? [] : fieldsBeyond(caller, key).filter(isAsked);
  if (exceeded.length > 0) throw new BeyondParentKey(exceeded);
}

const creditsOf = ({ credits }: CreateApiKeyDto): Credits | null =>
  credits === undefined
    ? null
    : {
        remaining: credits.remaining,
        refill: credits.refill
          ? {
              ...credits.refill,
              day: credits.refill.interval === 'monthly' ? (credits.refill.day ?? 1) : null,
            }
          : null,
      };
