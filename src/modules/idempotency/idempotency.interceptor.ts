import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';

import { foreignApiOf } from '../../common/http/foreign/foreign-contract.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { IdempotentBy } from './documents/idempotent-by.decorator.js';
import { IdempotencyKeyReused, IdempotentRequestUnderWay } from './idempotency.errors.js';
import {
  IdempotencyKeysRepository,
  type KeyOwner,
  type NewResult,
  type StoredResult,
} from './idempotency-keys.pg.repository.js';
import { IgnoresIdempotencyKey } from './ignores-idempotency-key.decorator.js';
import { assertUsable, ownerOf } from './key-owner.js';
import { KeepsIdAlone } from './keeps-id-alone.decorator.js';
import { Mentions } from './mentions.js';
import { OneTimeSecret } from './one-time-secret.decorator.js';
import { RequestFingerprint } from './request-fingerprint.js';

/**
 * `Idempotency-Key` on every POST with a principal, except those with a foreign contract. All transactions of the
 * handler are one, which also contains the result. So effect and record become durable together or not at all. A
 * failed request leaves no record.
 */
@Injectable()
export class IdempotencyInterceptor implements NestInterceptor {
  constructor(
    private readonly postgres: Postgres,
    private readonly keys: IdempotencyKeysRepository,
    private readonly fingerprints: RequestFingerprint,
    private readonly mentions: Mentions,
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
    const keepsIdAlone = this.reflector.get(KeepsIdAlone, context.getHandler()) ?? false;
    const handle = (): Promise<unknown> => lastValueFrom(next.handle(), { defaultValue: undefined });
    return from(
      this.once(owner, request, reply, {
        run: async () => {
          const value = await handle();
          return { value, kept: keepsIdAlone ? idOf(value) : without(value, secret) };
        },
        repeat: keepsIdAlone ? handle : null,
      }),
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
    owner: KeyOwner,
    request: FastifyRequest,
    reply: FastifyReply,
    { run, repeat }: Handling,
  ): Promise<unknown> {
    const stored = await this.storedOf(owner);
    if (stored) return this.replayed(stored, request, reply, repeat);
    try {
      const { value } = await this.postgres.ambientTransaction(run, {
        onOpen: (tx) => this.claim(tx, owner),
        beforeCommit: (tx, { kept }) => this.keys.insert(tx, owner, this.resultOf(request, reply, kept)),
      });
      return value;
    } catch (error) {
      // Another request with this key may have finished before this one opened its transaction.
      const winner = error instanceof IdempotentRequestUnderWay ? null : await this.storedOf(owner);
      if (winner) return this.replayed(winner, request, reply, repeat);
      throw error;
    }
  }

  private replayed(
    stored: StoredResult,
    request: FastifyRequest,
    reply: FastifyReply,
    repeat: Handling['repeat'],
  ): unknown {
    if (!this.fingerprints.matches(request, stored.fingerprint)) throw new IdempotencyKeyReused();
    const body = replay(stored, reply);
    if (!repeat) return body;
    request.replayedId = String(idOf(body).id);
    return repeat();
  }

  private resultOf(request: FastifyRequest, reply: FastifyReply, kept: unknown): NewResult {
    const location = reply.getHeader('location');
    return {
      fingerprint: this.fingerprints.of(request),
      status: reply.statusCode,
      location: typeof location === 'string' ? location : null,
      body: kept === undefined ? null : JSON.stringify(kept),
      mentions: this.mentions.in(kept),
    };
  }

  private storedOf(owner: KeyOwner): Promise<StoredResult | null> {
    return this.postgres.run((db) => this.keys.find(db, owner));
  }

  /** Throws if the first request with this key is under way, or if it has ended since the lookup. */
  private async claim(tx: Tx, owner: KeyOwner): Promise<void> {
    if (!(await this.keys.tryLock(tx, owner))) throw new IdempotentRequestUnderWay();
    if (await this.keys.find(tx, owner)) throw new AnsweredMeanwhile();
  }
}

/** How a request is handled for the first time, and how its answer is made again if it was not stored. */
interface Handling {
  run: () => Promise<{ value: unknown; kept: unknown }>;
  repeat: (() => Promise<unknown>) | null;
}

const idOf = (value: unknown): { id: unknown } => ({
  id: typeof value === 'object' && value !== null && 'id' in value ? value.id : null,
});

/** Never sent to the client. The client gets the record of the other request. */
class AnsweredMeanwhile extends Error {}

function replay(stored: StoredResult, reply: FastifyReply): unknown {
  void reply.status(stored.status).header('idempotency-replayed', 'true');
  if (stored.location !== null) void reply.header('location', stored.location);
  return stored.body === null ? undefined : (JSON.parse(stored.body) as unknown);
}

const without = (value: unknown, secret: string | undefined): unknown =>
  secret !== undefined && typeof value === 'object' && value !== null && secret in value
    ? { ...value, [secret]: null }
    : value;
