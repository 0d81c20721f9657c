import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import { Agreement } from '../../flows/agreement/agreement.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { canOperate } from '../admin/admin.policy.js';
import { StoreHealth } from '../health/store-health.js';
import { toAgreementMember } from './agreement.response.js';
import { Figures } from './figures.js';
import { quantileSeconds } from './latency-buckets.js';
import type { OverviewResponse } from './overview.dto.js';
import { toTrafficResponse } from './overview.response.js';
import { TrafficHistory } from './traffic-history.js';

/** The data of the dashboard's first page. Every part has a time limit, so it answers whichever store is away. */
@Injectable()
export class OverviewService {
  constructor(
    private readonly stores: StoreHealth,
    private readonly figures: Figures,
    private readonly traffic: TrafficHistory,
    private readonly comparison: Agreement,
    private readonly clock: Clock,
  ) {}

  /** Throws `Forbidden`. */
  async read(actor: Principal): Promise<OverviewResponse> {
    assertCan(canOperate(actor));
    const [stores, http, cache, memory, backlogs, agreement, pool] = await Promise.all([
      this.stores.check(),
      this.http(),
      this.cache(),
      this.figures.single('process_resident_memory_bytes'),
      this.backlogs(),
      this.agreement(),
      this.named({
        active: 'triptych_postgres_pool_connections_active',
        waiting: 'triptych_postgres_pool_waiting',
        max: 'triptych_postgres_pool_connections_max',
      }),
    ]);
    return {
      at: this.clock.now().toISOString(),
      uptime_seconds: Math.round(process.uptime() * 10) / 10,
      memory_bytes: memory,
      ...{ stores, pool, http, cache, ...backlogs, agreement },
      traffic: this.traffic.recent.map(toTrafficResponse),
    };
  }

  private async http(): Promise<OverviewResponse['http']> {
    const { requests, errors, latency } = await this.figures.http();
    const now = await this.named({
      in_flight: 'triptych_http_requests_in_flight',
      event_streams: 'triptych_event_streams',
    });
    const quantile = (share: number): number | null => inMs(quantileSeconds(latency, share));
    return {
      ...{ requests, errors, ...now },
      ...{ p50_ms: quantile(0.5), p95_ms: quantile(0.95), p99_ms: quantile(0.99) },
    };
  }

  private async cache(): Promise<OverviewResponse['cache']> {
    const { reads, hits } = await this.figures.cache();
    const now = await this.named({
      entries: 'triptych_cache_entries',
      memory_bytes: 'triptych_cache_memory_bytes',
      trusted: 'triptych_cache_trusted',
    });
    return {
      ...{ reads, hits, hit_ratio: reads === 0 ? null : hits / reads },
      ...{ entries: now.entries, memory_bytes: now.memory_bytes, is_trusted: now.trusted === 1 },
    };
  }

  private async backlogs(): Promise<
    Pick<OverviewResponse, 'outbox' | 'spool' | 'jobs' | 'effects' | 'unreconciled'>
  > {
    const [outbox, spool, jobs, effects, unreconciled] = await Promise.all([
      this.named(backlogOf('outbox')),
      this.named(backlogOf('spool')),
      this.named({
        due: 'triptych_jobs_due',
        lateness_seconds: 'triptych_jobs_lateness_seconds',
        dead_letters: 'triptych_jobs_dead_letters',
      }),
      this.named({ pending: 'triptych_effects_pending', dead_letters: 'triptych_effects_dead_letters' }),
      this.figures.single('triptych_fallback_unreconciled'),
    ]);
    return { outbox, spool, jobs, effects, unreconciled };
  }

  private async agreement(): Promise<OverviewResponse['agreement']> {
    try {
      return toAgreementMember(await this.comparison.state());
    } catch (error) {
      if (error instanceof StoreUnavailable) return null;
      throw error;
    }
  }

  private async named<K extends string>(
    names: Readonly<Record<K, string>>,
  ): Promise<Record<K, number | null>> {
    const entries = Object.entries<string>(names).map(
      async ([key, name]) => [key, await this.figures.single(name)] as const,
    );
    return Object.fromEntries(await Promise.all(entries)) as Record<K, number | null>;
  }
}

const backlogOf = (queue: 'outbox' | 'spool') => ({
  pending: `triptych_${queue}_pending`,
  oldest_age_seconds: `triptych_${queue}_oldest_age_seconds`,
  dead_letters: `triptych_${queue}_dead_letters`,
});

const inMs = (seconds: number | null): number | null => (seconds === null ? null : seconds * 1_000);
