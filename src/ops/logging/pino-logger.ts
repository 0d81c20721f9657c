import { inspect } from 'node:util';

import type { LoggerService } from '@nestjs/common';
import type { Level, Logger } from 'pino';

const isStack = (value: unknown): value is string => typeof value === 'string' && /\n\s+at /.test(value);

/**
 * Nest's logger on pino. `new Logger(Context.name).error({ err, … }, 'message')`: the object's fields become fields of
 * the line, the context becomes `context`; an error alone becomes `err`.
 */
export class PinoLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** Nest passes the context as the last argument, after further texts, stacks and errors. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.logger.isLevelEnabled(level)) return;
    const last = rest.at(-1);
    const hasContext = typeof last === 'string' && !isStack(last);
    const fields: Record<string, unknown> = hasContext ? { context: last } : {};
    const texts: string[] = [];
    for (const part of [message, ...(hasContext ? rest.slice(0, -1) : rest)]) {
      if (part instanceof Error) fields['err'] = part;
      else if (isStack(part)) fields['stack'] = part;
      else if (typeof part === 'object' && part !== null) Object.assign(fields, part);
      else if (typeof part === 'string') texts.push(part);
      else if (part !== undefined) texts.push(inspect(part));
    }
    this.logger[level](fields, texts.length > 0 ? texts.join(' ') : undefined);
  }
}
