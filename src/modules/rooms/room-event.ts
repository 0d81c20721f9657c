import type { StoredMessage } from './message.js';

export const ROOM_EVENT_TYPES = [
  'message.created',
  'message.updated',
  'message.deleted',
  'room.read',
] as const;
export type RoomEventType = (typeof ROOM_EVENT_TYPES)[number];

/** An event, with the present state of its subject. */
export interface RoomEvent {
  seq: number;
  type: RoomEventType;
  roomId: string;
  messageId: string;
  userId: string | null;
  createdAt: Date;
  message: StoredMessage | null;
}

/** How long a client may be disconnected and still continue without a gap. */
export const KNOWN_FOR_MS = 7 * 86_400_000;

/** The position of an event, as `Last-Event-ID` carries it. */
export const eventIdOf = ({ seq, createdAt }: Pick<RoomEvent, 'seq' | 'createdAt'>): string =>
  `${seq}-${createdAt.getTime().toString(36)}`;

/** Null for an id that was never ours, and for one that is older than the stored events. */
export function seqOf(eventId: string, now: Date): number | null {
  const [, seq = '', at = ''] = /^(\d{1,15})-([0-9a-z]{1,9})$/.exec(eventId) ?? [];
  if (seq === '') return null;
  const ageMs = now.getTime() - Number.parseInt(at, 36);
  return ageMs > KNOWN_FOR_MS ? null : Number(seq);
}
