import { createRequire } from 'node:module';

import { type DestinationStream, type Logger, pino } from 'pino';

import type { ConfigValues } from '../../config/config.js';
import { redact } from './redact.js';
import { requestContext } from '../../common/http/request-context.js';

/** JSON lines on standard output, or text for people if that is a terminal and pino-pretty is installed. */
export function createLogger(level: ConfigValues['logLevel'], destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service: 'triptych' },
    timestamp: timeField(),
    formatters: { level: (label: string) => ({ level: label }), log: redact },
    // `redact` has already described errors.
    serializers: { err: (described: unknown) => described },
    mixin: () => {
      const requestId = requestContext.getStore()?.requestId;
      return requestId === undefined ? {} : { request_id: requestId };
    },
  };
  return pino(options, destination ?? (process.stdout.isTTY ? prettyStream() : null) ?? standardOutput());
}

/** Like pino's `isoTime`, but formatted once for all lines of a millisecond. */
function timeField(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) {
      at = now;
      text = `,"time":"${new Date(now).toISOString()}"`;
    }
    return text;
  };
}

/**
 * Lines are written together, at most 100 ms after they were logged and at the end of the process. A system call for
 * each would take a tenth of the time of a cached read, and text that is measured again with each added line a
 * twentieth. If the reader is too slow, lines are lost, and the service is not blocked.
 */
function standardOutput(): DestinationStream {
  const output = pino.destination({
    dest: 1,
    sync: false,
    contentMode: 'buffer',
    minLength: 15_000,
    maxLength: 8 * 1_048_576,
    periodicFlush: 100,
  });
  // Its types know text only.
  const write = output.write.bind(output) as unknown as (line: Buffer) => boolean;
  return { write: (line) => void write(Buffer.from(line)) };
}

/** Null if pino-pretty, a development dependency, is not installed. */
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
