import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { parseKey } from '../../../cache/replay/remembered-request.js';
import { RouteReplay } from '../../../cache/replay/route-replay.js';
import { Declarations } from '../../declarations.js';
import { persistently } from '../persistently.js';
import type { CachedLoad, FreshLoad } from './cached-load.js';
import type { ValidEntry } from './cached-entries.js';

/**
 * Repeats the load behind a cache entry: by the declared load of its namespace, or else by the route that its key
 * names.
 */
@Injectable()
export class FreshLoads {
  private declared: ReadonlyMap<string, CachedLoad> | null = null;

  constructor(
    private readonly modules: ModuleRef,
    private readonly replay: RouteReplay,
    private readonly declarations: Declarations,
  ) {}

  /**
   * False: the entry has neither a key nor a namespace with a declared load, so it cannot be compared. It expires by
   * its TTL.
   */
  canAskAgain({ orgId, key }: ValidEntry): boolean {
    return key !== null || this.byNamespace().has(orgId);
  }

  /**
   * `unknown`: no load of this version makes such an entry. Null: the subject of the entry does not exist any more.
   * Rejects with `StoreUnavailable`.
   */
  of(valid: ValidEntry): Promise<FreshLoad | 'unknown' | null> {
    return persistently(() => this.load(valid));
  }

  private async load({ orgId, key, entry }: ValidEntry): Promise<FreshLoad | 'unknown' | null> {
    const declared = this.byNamespace().get(orgId);
    if (declared) return declared.again(entry.value.body);
    return key === null ? 'unknown' : this.route(orgId, key);
  }

  private async route(orgId: string, key: string): Promise<FreshLoad | 'unknown'> {
    const parsed = parseKey(key);
    if (!parsed) return 'unknown';
    const principal = parsed.principal && { ...parsed.principal, orgId };
    const value = await this.replay.answer({ ...parsed, principal });
    return value === null ? 'unknown' : { key, value };
  }

  private byNamespace(): ReadonlyMap<string, CachedLoad> {
    return (this.declared ??= new Map(
      this.declarations.cachedLoads
        .map((type) => this.modules.get<CachedLoad>(type, { strict: false }))
        .map((load) => [load.namespace, load]),
    ));
  }
}
