import { z } from 'zod';

import { Invalid } from '../../common/errors/kinds.js';
import type { RecordEventDto } from './analytics.dto.js';
import { parseEvent } from './event-batch.js';

export const SEGMENT_TYPES = ['track', 'identify', 'page', 'screen', 'group', 'alias'] as const;
export type SegmentType = (typeof SEGMENT_TYPES)[number];

const CATEGORY = 'segment';

const id = z.union([z.string(), z.number()]).nullish();
const object = z.record(z.string(), z.unknown()).nullish();

/** The stored fields of a call of Segment's tracking API. Other fields are ignored. */
export const segmentCall = z.looseObject({
  type: z.string().nullish(),
  event: z.string().nullish(),
  userId: id,
  anonymousId: id,
  previousId: id,
  groupId: id,
  messageId: z.string().nullish(),
  name: z.string().nullish(),
  timestamp: z.string().nullish(),
  sentAt: z.string().nullish(),
  properties: object,
  traits: object,
  context: object,
});
export type SegmentCall = z.infer<typeof segmentCall>;

/**
 * The moment of a call by the clock of the service. The difference between `sentAt` and the arrival is the error of
 * the client's clock (Segment, "Timestamps in the Segment spec").
 */
export function correctedTime(
  timestamp: string | null | undefined,
  sentAt: string | null | undefined,
  receivedAt: Date,
): Date {
  const [given, sent] = [Date.parse(timestamp ?? ''), Date.parse(sentAt ?? '')];
  if (Number.isNaN(given)) return receivedAt;
  const corrected = Number.isNaN(sent) ? given : given + (receivedAt.getTime() - sent);
  return Number.isNaN(new Date(corrected).getTime()) ? receivedAt : new Date(corrected);
}

/** The event of a call. A call without `sentAt` uses the `sentAt` of its batch. Throws `Invalid`. */
export function eventOfCall(
  call: SegmentCall,
  type: string | null | undefined,
  sentAt: string | null | undefined,
  receivedAt: Date,
): RecordEventDto {
  if (!isSegmentType(type)) throw fault('type', 'must be the name of a call');
  if (missing(call.userId) && missing(call.anonymousId) && type !== 'alias')
    throw fault('userId', 'userId or anonymousId is required');
  if (type === 'track' && missing(call.event)) throw fault('event', 'is required');
  const { name, traits, groupId, previousId, context } = call;
  const kept = { name, traits, groupId, previousId, context };
  const given = Object.entries(kept).filter(([, value]) => value !== null && value !== undefined);
  return parseEvent({
    event_name: type === 'track' ? call.event : type,
    event_category: type === 'track' ? undefined : CATEGORY,
    user_id: textOf(call.userId),
    anonymous_id: textOf(call.anonymousId),
    properties: { ...call.properties, ...Object.fromEntries(given) },
    message_id: call.messageId ?? undefined,
    timestamp: correctedTime(call.timestamp, call.sentAt ?? sentAt, receivedAt).toISOString(),
  });
}

const isSegmentType = (type: string | null | undefined): type is SegmentType =>
  SEGMENT_TYPES.some((known) => known === type);

const missing = (value: unknown): boolean => value === null || value === undefined || value === '';

const textOf = (value: string | number | null | undefined): string | undefined =>
  missing(value) ? undefined : String(value);

const fault = (path: string, message: string): Invalid =>
  new Invalid([{ path, code: 'invalid_value', message }]);
