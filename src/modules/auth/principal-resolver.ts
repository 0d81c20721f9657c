import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

import { fromJson } from '../../cache/json-value.js';
import { TaggedCache } from '../../cache/tagged-cache.js';
import { Unauthenticated } from '../../common/errors/kinds.js';
import type { ForeignApi } from '../../common/http/foreign/foreign-contract.js';
import type { Principal } from '../../common/http/principal.js';
import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import { InvalidCredential, NotAMember } from './auth.errors.js';
import { credentialOf, foreignCredentialOf } from './credentials.js';
import { IdentitiesReadModel } from './identities.pg.read-model.js';
import { type Identity, isExpired } from './identity.js';
import { isLocalRequest } from './local-request.policy.js';
import { PRINCIPAL_NAMESPACE, principalTag } from './principal-tags.js';
import { RefusedCredentials } from './refused-credentials.js';

const TTL_MS = 300_000;

/** A session or a key, identified by the SHA-256 of its token. */
export type KnownCredential = NonNullable<ReturnType<typeof credentialOf>>;

/** The parts of a request that hold its credential. */
export type Credentialed = Pick<FastifyRequest, 'headers' | 'ip'>;

/** A credential that is to be checked. */
export interface Resolution {
  /** The principal that memory holds. It may be outdated, so nothing may be answered to it unless it is confirmed. */
  assumed: Principal | null;
  /** Null: there is none, and the request is of a visitor. */
  hash: string | null;
  /** Rejects with `Unauthenticated`, `NotAMember`, `TooManyAttempts`. */
  confirm: () => Promise<Principal>;
}

/**
 * Resolves a credential to its principal. Lookups are cached under their user's tag, so that a revocation takes effect
 * at once.
 */
@Injectable()
export class PrincipalResolver {
  private demoOwnerId: string | null = null;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
    private readonly cache: TaggedCache,
    private readonly identities: IdentitiesReadModel,
    private readonly refused: RefusedCredentials,
  ) {}

  /**
   * Reads the credential in the form of the route's contract. Throws `Unauthenticated`, `NotAMember`,
   * `TooManyAttempts`.
   */
  async resolve(request: Credentialed, foreign: ForeignApi | null = null): Promise<Principal> {
    return this.begin(request, foreign).confirm();
  }

  /** `resolve`, and beside it the principal as memory has it. Throws `InvalidCredential` for a malformed one. */
  begin({ headers, ip }: Credentialed, foreign: ForeignApi | null): Resolution {
    const credential = foreign ? foreignCredentialOf(headers, foreign) : credentialOf(headers);
    if (!credential) return { assumed: null, hash: null, confirm: () => this.ofVisitor(headers) };
    const wanted = headers['x-organization-id'];
    const held = this.cache.peek({ orgId: PRINCIPAL_NAMESPACE, key: keyOf(credential) });
    return {
      assumed: held && knownIn(fromJson<Identity>(held), wanted),
      hash: credential.hash,
      confirm: async () => inOrganization(await this.identify(credential, ip), wanted),
    };
  }

  /** For a credential whose hash is already known. Throws `InvalidCredential`, `NotAMember`. */
  async ofHash(credential: KnownCredential, orgId: string): Promise<Principal> {
    return inOrganization(this.usable(await this.lookup(credential)), orgId);
  }

  /** The state of an API key, even if the key is refused. Null: there is no such key. */
  ofKey(credential: KnownCredential): Promise<Identity | null> {
    return this.cached(keyOf(credential), credential.ownerId, () =>
      this.identities.ofApiKey(credential.hash),
    );
  }

  private async identify(credential: KnownCredential, address: string): Promise<Identity> {
    this.refused.assertAllowed(credential.hash, address);
    const identity = await this.lookup(credential);
    if (identity) this.refused.accepted(credential.hash);
    else this.refused.notFound(credential.hash, address);
    return this.usable(identity);
  }

  private lookup(credential: KnownCredential): Promise<Identity | null> {
    const { kind, hash, ownerId } = credential;
    return kind === 'session'
      ? this.cached(keyOf(credential), ownerId, () => this.identities.ofSession(hash))
      : this.ofKey(credential);
  }

  private usable(identity: Identity | null): Identity {
    if (!identity || isRefused(identity, this.clock.now())) throw new InvalidCredential();
    return identity;
  }

  private async ofVisitor(headers: FastifyRequest['headers']): Promise<Principal> {
    return inOrganization(await this.anonymous(headers), undefined);
  }

  /**
   * The owner of the demo organisation, but only if the configuration allows it and the request comes from this
   * machine.
   */
  private async anonymous(headers: FastifyRequest['headers']): Promise<Identity> {
    if (this.config.auth.anonymous === 'off' || !isLocalRequest(headers)) throw new Unauthenticated();
    this.demoOwnerId ??= await this.identities.demoOwnerId();
    const userId = this.demoOwnerId;
    const owner =
      userId && (await this.cached('principal:demo', userId, () => this.identities.ofDemoOwner(userId)));
    if (owner) return owner;
    this.demoOwnerId = null;
    throw new Unauthenticated('There is no demo organisation. Run `npm run db:seed`, or send a credential.');
  }

  /** An unknown credential is not kept in the cache, because a client can invent any number of them. */
  private cached(
    key: string,
    userId: string,
    load: () => Promise<Identity | null>,
  ): Promise<Identity | null> {
    const tags = [principalTag(userId)];
    return this.cache.readJson(
      { orgId: PRINCIPAL_NAMESPACE, key, tags, ttlMs: TTL_MS, route: 'principal' },
      load,
    );
  }
}

/** The cache key of a credential's identity. */
const keyOf = ({ kind, hash }: KnownCredential): string =>
  kind === 'session' ? `principal:${hash}` : `key:${hash}`;

/** Whether a known credential is refused. */
const isRefused = (identity: Identity, now: Date): boolean =>
  identity.key?.isRevoked === true || identity.key?.isEnabled === false || isExpired(identity, now);

const orgIdOf = ({ defaultOrgId }: Identity, wanted: string | string[] | undefined): string =>
  typeof wanted === 'string' ? wanted.toLowerCase() : defaultOrgId;

const knownIn = (identity: Identity, wanted: string | string[] | undefined): Principal | null =>
  principals.get(identity)?.get(orgIdOf(identity, wanted)) ?? null;

function inOrganization(identity: Identity, wanted: string | string[] | undefined): Principal {
  const known = knownIn(identity, wanted);
  if (known) return known;
  const orgId = orgIdOf(identity, wanted);
  const role = Object.hasOwn(identity.roles, orgId) ? identity.roles[orgId] : undefined;
  if (!role) throw new NotAMember();
  const { kind, userId, platformRole, sessionId, apiKeyId, scopes, flagEnvironment = null } = identity;
  const rateLimits = identity.key?.rateLimits ?? [];
  const principal = {
    ...{ kind, orgId, userId, role, platformRole, sessionId, apiKeyId, scopes, flagEnvironment, rateLimits },
  };
  const ofIdentity = principals.get(identity) ?? new Map<string, Principal>();
  principals.set(identity, ofIdentity.set(orgId, Object.freeze(principal)));
  return principal;
}

/** Reused while the cache returns the same identity, for each organisation of which it is a member. */
const principals = new WeakMap<Identity, Map<string, Principal>>();
