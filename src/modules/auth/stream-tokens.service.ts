import { createHmac, timingSafeEqual } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { sha256Hex } from '../../common/crypto/tokens.js';
import type { Principal } from '../../common/http/principal.js';
import { routeConfig } from '../../common/http/route-config.js';
import { Clock } from '../../common/time/clock.js';
import { InvalidCredential } from './auth.errors.js';
import { CredentialHashes } from './credential-hashes.pg.read-model.js';
import { type Credentialed, PrincipalResolver } from './principal-resolver.js';
import { RefusedCredentials } from './refused-credentials.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `?token=` replaces the credential. */
    takesStreamToken?: boolean;
  }
}

/**
 * Marks a stream that an EventSource opens, which cannot send headers, so the credential may be a token in the
 * address.
 */
export const TakesStreamToken = (): MethodDecorator => routeConfig({ takesStreamToken: true });

const VALID_MS = 60_000;

const claims = z.strictObject({
  /** What the token represents: a session, an API key, or the visitor of the quickstart, who has no credential. */
  kind: z.enum(['session', 'api_key', 'visitor']),
  id: z.string(),
  userId: z.string(),
  orgId: z.string(),
  expiresAtMs: z.number(),
});
type Claims = z.infer<typeof claims>;

const signed = (body: string, key: string): string =>
  createHmac('sha256', key).update(`stream ${body}`).digest('base64url');

/**
 * Tokens that open a stream within 60 seconds. A token is signed with the hash of its credential, which no client has.
 * So it is stored nowhere and becomes invalid with the credential.
 */
@Injectable()
export class StreamTokens {
  constructor(
    private readonly hashes: CredentialHashes,
    private readonly principals: PrincipalResolver,
    private readonly clock: Clock,
    private readonly refused: RefusedCredentials,
  ) {}

  async issue({
    sessionId,
    apiKeyId,
    userId,
    orgId,
  }: Principal): Promise<{ token: string; expiresAt: Date }> {
    const expiresAt = new Date(this.clock.now().getTime() + VALID_MS);
    const kind = apiKeyId !== null ? 'api_key' : sessionId !== null ? 'session' : 'visitor';
    const content: Claims = {
      ...{ kind, id: apiKeyId ?? sessionId ?? '', userId, orgId },
      expiresAtMs: expiresAt.getTime(),
    };
    const key = await this.keyOf(content);
    if (key === null) throw new InvalidCredential();
    const body = Buffer.from(JSON.stringify(content)).toString('base64url');
    return { token: `${body}.${signed(body, key)}`, expiresAt };
  }

  /**
   * Returns how to check the credential behind a token, now and while the stream is open. Throws `InvalidCredential`,
   * `TooManyAttempts`.
   */
  async authenticatorOf(token: string, { headers, ip }: Credentialed): Promise<() => Promise<Principal>> {
    const [body = '', signature = ''] = token.split('.');
    const content = parse(body);
    if (!content || content.expiresAtMs <= this.clock.now().getTime()) throw new InvalidCredential();
    const tokenHash = sha256Hex(token);
    this.refused.assertAllowed(tokenHash, ip);
    const key = await this.keyOf(content);
    if (key === null || !isEqual(signature, signed(body, key))) {
      this.refused.notFound(tokenHash, ip);
      throw new InvalidCredential();
    }
    const { kind, userId, orgId } = content;
    if (kind === 'visitor') {
      const { authorization: _, 'x-api-key': __, ...others } = headers;
      return () => this.principals.resolve({ headers: others, ip });
    }
    // The resolver does not distinguish keys by environment.
    const known = { kind: kind === 'session' ? kind : 'live', ownerId: userId, hash: key } as const;
    return () => this.principals.ofHash(known, orgId);
  }

  private keyOf({ kind, id }: Claims): Promise<string | null> {
    switch (kind) {
      case 'session':
        return this.hashes.ofSession(id);
      case 'api_key':
        return this.hashes.ofApiKey(id);
      case 'visitor':
        return Promise.resolve('visitor');
    }
  }
}

function parse(body: string): Claims | null {
  try {
    return claims.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return null;
    throw error;
  }
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
