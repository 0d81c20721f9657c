import { hash } from 'node:crypto';

import { CACHE_MANAGER } from '@nestjs/cache-manager';
import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { Cache } from 'cache-manager';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { openRows } from './user-rows.js';

const rows = openRows();
const keyShape = z.object({ enabled: z.boolean(), revoked_at: z.unknown().nullable() });

/** Looks the API key of each request up in Redis, as one would with the stock cache. A revoked key works until its entry expires. */
@Injectable()
export class KeyGuard implements CanActivate {
  constructor(@Inject(CACHE_MANAGER) private readonly cache: Cache) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { authorization = '' } = context.switchToHttp().getRequest<FastifyRequest>().headers;
    const keyHash = hash('sha256', authorization.replace(/^Bearer /, ''), 'hex');
    const found = await this.cache.wrap(`key:${keyHash}`, async () => (await rows.key(keyHash)) ?? null);
    const key = keyShape.safeParse(found);
    if (!key.success || !key.data.enabled || key.data.revoked_at !== null) throw new UnauthorizedException();
    return true;
  }
}
