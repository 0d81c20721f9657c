import { Injectable } from '@nestjs/common';

import { Malformed } from '../../common/errors/kinds.js';
import type { Position } from '../../common/http/page.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Turns } from '../../common/time/turns.js';
import { EndpointSummaries, type EndpointSummary } from './endpoint-summary.js';
import type { RequestLog } from './request-log.js';
import { type RequestLogFilter, RequestLogsRepository } from './request-logs.mongo.repository.js';
import { canReadRequestLogs } from './request-logs.policy.js';

const MAX_SUMMARY_MS = 7 * 86_400_000;

/** The requests of an organisation. Entries can be read about a second after their answers. */
@Injectable()
export class RequestLogsService {
  constructor(private readonly logs: RequestLogsRepository) {}

  /** Newest first, and one more than `limit` if it exists. Throws `Forbidden`, `StoreUnavailable`. */
  list(
    actor: Principal,
    filter: RequestLogFilter,
    limit: number,
    after: Position | null,
  ): Promise<RequestLog[]> {
    assertCan(canReadRequestLogs(actor));
    return this.logs.list(actor.orgId, filter, limit + 1, after);
  }

  /** Throws `Forbidden`, `Malformed`, `StoreUnavailable`. */
  async summary(actor: Principal, from: Date, to: Date): Promise<EndpointSummary[]> {
    assertCan(canReadRequestLogs(actor));
    const lengthMs = to.getTime() - from.getTime();
    if (lengthMs <= 0 || lengthMs > MAX_SUMMARY_MS) {
      const message = '`from` must be before `to`, by seven days at the most';
      throw new Malformed(message, { errors: [{ path: 'from', code: 'range', message }] });
    }
    const summaries = new EndpointSummaries();
    const turns = new Turns();
    for await (const logs of this.logs.measured(actor.orgId, from, to)) {
      for (const log of logs) summaries.add(log);
      await turns.pass();
    }
    return summaries.all();
  }
}
