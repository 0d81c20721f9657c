import { timingSafeEqual } from 'node:crypto';

import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { sha256Hex } from '../../common/crypto/tokens.js';
import { Unauthenticated } from '../../common/errors/kinds.js';
import { Config } from '../../config/config.js';

/** Demands `METRICS_TOKEN` as a bearer token if it is set. Otherwise the metrics are open. */
@Injectable()
export class MetricsTokenGuard implements CanActivate {
  constructor(private readonly config: Config) {}

  canActivate(context: ExecutionContext): boolean {
    const expected = this.config.metricsToken;
    if (expected === null) return true;
    const { authorization = '' } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const given = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    if (given === undefined || !isSame(given, expected))
      throw new Unauthenticated('The metrics need their token.');
    return true;
  }
}

/** In constant time. Hashes have equal length, whatever the input. */
const isSame = (given: string, expected: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(expected)));
