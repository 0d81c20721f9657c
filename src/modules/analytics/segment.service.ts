import { Injectable, Logger } from '@nestjs/common';

import { Invalid, Unavailable } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { Clock } from '../../common/time/clock.js';
import { AnalyticsRecorder, type RecordedEvent } from './analytics-recorder.service.js';
import type { RecordEventDto } from './analytics.dto.js';
import { parseEvents } from './event-batch.js';
import { RefusedEvents } from './refused-events.js';
import { eventOfCall, segmentCall, type SegmentCall } from './segment-event.js';

/**
 * Turns calls of Segment's SDKs into events. Their clients drop calls that are answered with a 4xx, and repeat those
 * that are answered with a 5xx.
 */
@Injectable()
export class SegmentService {
  private readonly logger = new Logger(SegmentService.name);

  constructor(
    private readonly recorder: AnalyticsRecorder,
    private readonly clock: Clock,
    private readonly refused: RefusedEvents,
  ) {}

  /** Throws `Invalid`, `Forbidden`, `Unavailable`. */
  async accept(actor: Principal, type: string, call: SegmentCall): Promise<void> {
    const [recorded] = await this.record(actor, [eventOfCall(call, type, null, this.clock.now())]);
    if (recorded?.outcome.kind === 'faulty') throw new Invalid([recorded.outcome.fault]);
  }

  /**
   * Records the valid events of a batch and counts the others, because after a 400 the client would drop the whole
   * batch.
   */
  async acceptBatch(
    actor: Principal,
    batch: readonly unknown[],
    sentAt: string | null | undefined,
  ): Promise<void> {
    const now = this.clock.now();
    const parsed = await parseEvents(batch, (one) => {
      const { success, data } = segmentCall.safeParse(one);
      if (!success) throw new Invalid([{ path: '', code: 'invalid_type', message: 'must be a call' }]);
      return eventOfCall(data, data.type, sentAt, now);
    });
    const recorded = await this.record(
      actor,
      parsed.valid.map(({ input }) => input),
    );
    const faults = [
      ...parsed.faults.flatMap(({ errors }) => errors),
      ...recorded.flatMap(({ outcome }) => (outcome.kind === 'faulty' ? [outcome.fault] : [])),
    ];
    const refused = parsed.faults.length + recorded.filter(({ outcome }) => outcome.kind === 'faulty').length;
    if (refused === 0) return;
    this.refused.total += refused;
    const why = [...new Set(faults.map(({ path, message }) => `${path} ${message}`))].slice(0, 3).join('; ');
    this.logger.warn(`${refused} of ${batch.length} events of a Segment batch were not taken: ${why}`);
  }

  private async record(actor: Principal, inputs: readonly RecordEventDto[]): Promise<RecordedEvent[]> {
    const recorded = await this.recorder.record(actor, inputs, { inTransaction: false });
    const failed = recorded.find(({ outcome }) => outcome.kind === 'refused');
    if (failed) throw new Unavailable('Not every event could be stored; repeat the request.');
    return recorded;
  }
}
