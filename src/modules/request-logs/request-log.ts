export const REQUEST_LOGS_COLLECTION = 'logs';

export const LEVELS = ['info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

/** One answered request. Never contains a body, a value of a query or a parameter of a path. */
export interface RequestLog {
  /** UUIDv7. */
  _id: string;
  timestamp: Date;
  level: Level;
  /** Null if the request had no valid credential. */
  organization_id: string | null;
  user_id: string | null;
  api_key_id: string | null;
  /** The route's pattern: `/api/v1/users/{id}`. */
  endpoint: string;
  method: string;
  status: number;
  duration_ms: number;
  request_id: string;
}

/** `warn` from 400, `error` from 500. */
export function levelOf(status: number): Level {
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
}

/** Converts a path pattern of Fastify to the form of the OpenAPI document. */
export const endpointOf = (pattern: string): string => pattern.replaceAll(/:(\w+)/g, '{$1}');
