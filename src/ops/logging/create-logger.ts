import { createRequire } from 'node:module';

import { type DestinationStream, type Logger, pino, stdTimeFunctions } from 'pino';

import type { ConfigValues } from '../../config/config.js';
import { redact } from './redact.js';
import { requestContext } from './request-context.js';

/** JSON lines on standard output, or text for people where that is a terminal and pino-pretty is installed. */
export function createLogger(level: ConfigValues['logLevel'], destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'triptych' },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }), log: redact },
    // `redact` has described errors already.
    serializers: { err: (described: unknown) => described },
    mixin: () => {
      const requestId = requestContext.getStore()?.requestId;
      return requestId === undefined ? {} : { request_id: requestId };
    },
  };
  const stream = destination ?? (process.stdout.isTTY ? prettyStream() : null);
  return stream ? pino(options, stream) : pino(options);
}

/** Null where pino-pretty, a development dependency, is not installed. */
function prettyStream(): DestinationStream | null {
  const require = createRequire(import.meta.url);
  try {
    const { build } = require('pino-pretty') as typeof import('pino-pretty');
    return build({ sync: true, ignore: 'pid,hostname,service', translateTime: 'SYS:HH:MM:ss.l' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}
