import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';

import { sha256Hex } from '../../common/crypto/tokens.js';
import { foreignApiOf } from '../../common/http/foreign/foreign-contract.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { IdempotentBy } from './documents/idempotent-by.decorator.js';
import { IdempotencyKeyReused, IdempotentRequestUnderWay } from './idempotency.errors.js';
import {
  IdempotencyKeysRepository,
  type KeyOwner,
  type StoredResult,
} from './idempotency-keys.pg.repository.js';
import { IgnoresIdempotencyKey } from './ignores-idempotency-key.decorator.js';
import { assertUsable, ownerOf } from './key-owner.js';
import { OneTimeSecret } from './one-time-secret.decorator.js';

/**
 * `Idempotency-Key` on every POST with a principal that is not of a foreign contract. The whole handler runs in one
 * transaction, which also holds the result: effect and record become durable together or not at all. A failed request
 * leaves no record.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly postgres: Postgres,
    private readonly keys: IdempotencyKeysRepository,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined || !request.principal) return next.handle();
    if (this.isLeftAlone(context)) return next.handle();
    assertUsable(key);
    const owner = { orgId: request.principal.orgId, principal: ownerOf(request.principal), key };
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const secret = this.reflector.get(OneTimeSecret, context.getHandler());
    return from(
      this.postgres.ambientTransaction((tx) =>
        this.once(tx, owner, request, reply, async () => {
          const value: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
          return { value, kept: without(value, secret) };
        }),
      ),
    );
  }

  private isLeftAlone(context: ExecutionContext): boolean {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    return (
      foreignApiOf(handler) !== null ||
      this.reflector.get(IdempotentBy, handler) !== undefined ||
      this.reflector.getAllAndOverride(IgnoresIdempotencyKey, [handler, controller])
    );
  }

  private async once(
    tx: Tx,
    owner: KeyOwner,
    request: FastifyRequest,
    reply: FastifyReply,
    run: () => Promise<{ value: unknown; kept: unknown }>,
  ): Promise<unknown> {
    if (!(await this.keys.tryLock(tx, owner))) throw new IdempotentRequestUnderWay();
    const fingerprint = fingerprintOf(request);
    const stored = await this.keys.find(tx, owner);
    if (stored) return replay(stored, fingerprint, reply);
    const { value, kept } = await run();
    const location = reply.getHeader('location');
    await this.keys.insert(tx, owner, {
      fingerprint,
      status: reply.statusCode,
      location: typeof location === 'string' ? location : null,
      body: kept === undefined ? null : JSON.stringify(kept),
    });
    return value;
  }
}

function replay(stored: StoredResult, fingerprint: string, reply: FastifyReply): unknown {
  if (stored.fingerprint !== fingerprint) throw new IdempotencyKeyReused();
  void reply.status(stored.status).header('idempotency-replayed', 'true');
  if (stored.location !== null) void reply.header('location', stored.location);
  return stored.body === null ? undefined : (JSON.parse(stored.body) as unknown);
}

const fingerprintOf = (request: FastifyRequest): string =>
  sha256Hex(JSON.stringify([request.method, request.url, request.body ?? null]));

const without = (value: unknown, secret: string | undefined): unknown =>
  secret !== undefined && typeof value === 'object' && value !== null ? { ...value, [secret]: null } : value;
