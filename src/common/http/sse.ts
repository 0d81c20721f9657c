import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiProduces, ApiResponse } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

import { routeConfig } from './route-config.js';

/** One event of a stream of server-sent events (HTML standard, section 9.2). */
export interface ServerSentEvent {
  /** The position from which a reconnecting client continues. It sends this as `Last-Event-ID`. One line. */
  id: string;
  /** The event's type, for which a browser listens. One line. */
  event: string;
  /** Sent as JSON, which is one line. */
  data: unknown;
}

export const EVENT_STREAM = 'text/event-stream; charset=utf-8';

/** Keeps proxies between client and service from treating the connection as idle. */
export const COMMENT = ':\n\n';

/** How long a client waits before it reconnects. */
export const retryFrame = (ms: number): string => `retry: ${ms}\n\n`;

export const eventFrame = ({ id, event, data }: ServerSentEvent): string =>
  `id: ${oneLine(id)}\nevent: ${oneLine(event)}\ndata: ${JSON.stringify(data)}\n\n`;

/** A line break would begin another field, and a null character makes clients ignore the id. */
const oneLine = (text: string): string => text.replaceAll(/[\r\n\0]/g, ' ');

/** The id of the last event that the client has received. Null for a client that starts. */
export function lastEventIdOf({ headers }: Pick<FastifyRequest, 'headers'>): string | null {
  const id = headers['last-event-id'];
  return typeof id === 'string' && id !== '' ? id : null;
}

/** The headers of a stream: no cache and no proxy may hold events back. */
export const STREAM_HEADERS: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

/**
 * OpenAPI 3.1 cannot describe single events. Some tools compare each event with the schema, so the schema allows any.
 */
export const EVENT_STREAM_SCHEMA = { description: 'Server-sent events, one after the other.' };

export interface EventStreamDocs {
  description: string;
  /** An example of the body. */
  example: string;
}

/**
 * A GET route that answers with `EventStreams.open`. Documents it, and marks it as a request that does not end soon.
 */
export const EventStream = ({ description, example }: EventStreamDocs): MethodDecorator =>
  applyDecorators(
    routeConfig({ isStream: true }),
    ApiProduces('text/event-stream'),
    ApiHeader({
      name: 'last-event-id',
      required: false,
      description: 'The `id` of the last event that you have; the stream goes on after it.',
    }),
    ApiResponse({
      status: 200,
      description,
      content: { 'text/event-stream': { schema: EVENT_STREAM_SCHEMA, example } },
    }),
  );
