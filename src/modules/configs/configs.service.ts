import { Injectable } from '@nestjs/common';
import type { Operation } from 'rfc6902';

import { NotFound, PreconditionFailed } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { newId } from '../../common/ids/ids.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { Config, ConfigName, ConfigVersion } from './config.js';
import { checksumOf } from './config-checksum.js';
import { patchBetween } from '../../common/json/patch-between.js';
import { ConfigIntegrity } from './config-integrity.js';
import { toConfigResponse } from './config.response.js';
import { configDeleted, configPut } from './configs.events.js';
import { ConfigsRepository } from './configs.pg.repository.js';
import { canChangeConfigs, canReadConfigs } from './configs.policy.js';

/** A config with its present version. `isNew`: there was no config with this name. */
export interface CurrentConfig extends Config {
  current: ConfigVersion;
}

const notFound = () => new NotFound('There is no such config.');
const noVersion = () => new NotFound('There is no such version.');

/** The configs of one organisation. */
@Injectable()
export class ConfigsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly configs: ConfigsRepository,
    private readonly integrity: ConfigIntegrity,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Makes `content` the current version. Adds a new version unless the content equals the current one. Throws
   * `PreconditionFailed`, also if `If-Match` is given and there is no config.
   */
  async put(
    actor: Principal,
    name: ConfigName,
    content: unknown,
    ifMatch: string | undefined,
  ): Promise<{ config: CurrentConfig; isNew: boolean }> {
    assertCan(canChangeConfigs(actor));
    const checksum = checksumOf(content);
    return this.postgres.transaction(async (tx) => {
      const locked = await this.configs.lock(tx, actor.orgId, newId(), name);
      const current = await this.currentOf(tx, locked);
      if (!current && ifMatch !== undefined) throw new PreconditionFailed();
      if (current) assertIfMatch(ifMatch, toConfigResponse(current));
      if (current?.current.checksum === checksum) return { config: current, isNew: false };
      return { config: await this.add(tx, actor, locked, content, checksum, null), isNew: !current };
    });
  }

  /** Throws `NotFound`, `ChecksumMismatch`. */
  async get(actor: Principal, name: ConfigName): Promise<CurrentConfig> {
    assertCan(canReadConfigs(actor));
    const config = await this.configs.find(actor.orgId, name);
    if (!config) throw notFound();
    this.integrity.assertIntact(config.current);
    return config;
  }

  /** By environment and name, and one more than `limit` if it exists. */
  list(
    actor: Principal,
    environment: string | undefined,
    limit: number,
    after: ConfigName | null,
  ): Promise<Config[]> {
    assertCan(canReadConfigs(actor));
    return this.configs.list(actor.orgId, environment, limit + 1, after);
  }

  /**
   * Newest first, also for a deleted config, and one more than `limit` if it exists. Throws `NotFound`,
   * `ChecksumMismatch`.
   */
  async versions(
    actor: Principal,
    name: ConfigName,
    limit: number,
    before: number | null,
  ): Promise<ConfigVersion[]> {
    assertCan(canReadConfigs(actor));
    const config = await this.configs.findEver(actor.orgId, name);
    if (!config) throw notFound();
    const versions = await this.configs.versions(config.id, limit + 1, before);
    for (const version of versions) this.integrity.assertIntact(version);
    return versions;
  }

  /** Throws `NotFound`, `ChecksumMismatch`. */
  async version(actor: Principal, name: ConfigName, version: number): Promise<ConfigVersion> {
    assertCan(canReadConfigs(actor));
    const found = await this.configs.version(actor.orgId, name, version);
    if (!found) throw noVersion();
    this.integrity.assertIntact(found);
    return found;
  }

  /**
   * The patch that turns the content of one version into that of the other (RFC 6902). Throws `NotFound`,
   * `ChecksumMismatch`.
   */
  async diff(actor: Principal, name: ConfigName, from: number, to: number): Promise<Operation[]> {
    const one = await this.version(actor, name, from);
    const other = await this.version(actor, name, to);
    return patchBetween(one.content, other.content);
  }

  /**
   * Adds a new version with the content of an earlier one. Throws `NotFound`, `PreconditionFailed`,
   * `ChecksumMismatch`.
   */
  async rollBack(
    actor: Principal,
    name: ConfigName,
    version: number,
    ifMatch: string | undefined,
  ): Promise<CurrentConfig> {
    assertCan(canChangeConfigs(actor));
    const earlier = await this.version(actor, name, version);
    return this.postgres.transaction(async (tx) => {
      const locked = await this.configs.lock(tx, actor.orgId, newId(), name);
      const current = await this.currentOf(tx, locked);
      if (!current) throw notFound();
      assertIfMatch(ifMatch, toConfigResponse(current));
      return this.add(tx, actor, locked, earlier.content, earlier.checksum, version);
    });
  }

  /** The history is kept. Throws `NotFound`, `PreconditionFailed`. */
  async delete(actor: Principal, name: ConfigName, ifMatch: string | undefined): Promise<void> {
    assertCan(canChangeConfigs(actor));
    if (!(await this.configs.find(actor.orgId, name))) throw notFound();
    await this.postgres.transaction(async (tx) => {
      const locked = await this.configs.lock(tx, actor.orgId, newId(), name);
      const current = await this.currentOf(tx, locked);
      if (!current) throw notFound();
      assertIfMatch(ifMatch, toConfigResponse(current));
      await this.configs.markDeleted(tx, locked.id);
      await this.outbox.add(tx, configDeleted(actor, locked));
    });
  }

  private async currentOf(tx: Tx, config: Config): Promise<CurrentConfig | null> {
    if (config.isDeleted) return null;
    const current = await this.configs.versionWithin(tx, config.id, config.version);
    return current && { ...config, current };
  }

  private async add(
    tx: Tx,
    actor: Principal,
    locked: Config,
    content: unknown,
    checksum: string,
    rolledBackTo: number | null,
  ): Promise<CurrentConfig> {
    const added = await this.configs.add(tx, locked, { content, checksum, createdBy: actor.userId });
    await this.outbox.add(tx, configPut(actor, added, checksum, rolledBackTo));
    return added;
  }
}
