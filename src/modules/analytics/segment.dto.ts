import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { MAX_BATCH } from './analytics.dto.js';
import { segmentCall } from './segment-event.js';

export class SegmentCallDto extends createZodDto(
  segmentCall.meta({
    examples: [
      {
        userId: 'user-42',
        event: 'Order Completed',
        properties: { plan: 'pro' },
        messageId: 'order-1001',
        timestamp: '2026-11-21T09:30:00.000Z',
      },
    ],
  }),
) {
  static readonly opaque = ['properties', 'traits', 'context'];
}

export class SegmentBatchDto extends createZodDto(
  z.looseObject({ batch: z.array(z.unknown()).max(MAX_BATCH), sentAt: z.string().nullish() }).meta({
    examples: [
      { batch: [{ type: 'track', userId: 'user-42', event: 'Order Completed', messageId: 'order-1001' }] },
    ],
  }),
) {
  static readonly opaque = ['batch', 'context'];
}

export class SegmentAnswer extends createZodDto(
  z.object({ success: z.literal(true) }).meta({ examples: [{ success: true }] }),
) {}
