import { Injectable } from '@nestjs/common';
import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { ReplicaReads } from '../../stores/postgres/replica-reads.js';
import { risingByClock } from '../../stores/postgres/columns.js';
import type { Config, ConfigName, ConfigVersion } from './config.js';
import { configs, configVersions } from './configs.table.js';

type Current = Config & { current: ConfigVersion };
type VersionRow = typeof configVersions.$inferSelect;

const RISING = risingByClock(configs.updatedAt);

/** Configs and their versions. */
@Injectable()
export class ConfigsRepository {
  constructor(
    private readonly postgres: Postgres,
    private readonly replica: ReplicaReads,
  ) {}

  /** A config with its current version. A deleted config counts as absent. */
  async find(orgId: string, name: ConfigName): Promise<Current | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ config: configs, version: configVersions })
        .from(configs)
        .innerJoin(
          configVersions,
          and(eq(configVersions.configId, configs.id), eq(configVersions.version, configs.version)),
        )
        .where(and(isNamed(orgId, name), eq(configs.isDeleted, false))),
    );
    return row ? { ...row.config, current: versionOf(row.version) } : null;
  }

  /** Includes a deleted config, whose history is kept. */
  async findEver(orgId: string, name: ConfigName): Promise<Config | null> {
    const [row] = await this.postgres.run((db) => db.select().from(configs).where(isNamed(orgId, name)));
    return row ?? null;
  }

  /** By environment and name, without deleted configs. Served by `configs_name_key`. */
  list(
    orgId: string,
    environment: string | undefined,
    limit: number,
    after: ConfigName | null,
  ): Promise<Config[]> {
    // A row comparison, because the index can begin to read there, which it cannot with an `or`.
    const afterName =
      after && sql`(${configs.environment}, ${configs.name}) > (${after.environment}, ${after.name})`;
    return this.replica.run((db) =>
      db
        .select()
        .from(configs)
        .where(
          and(
            eq(configs.organizationId, orgId),
            eq(configs.isDeleted, false),
            environment === undefined ? undefined : eq(configs.environment, environment),
            afterName ?? undefined,
          ),
        )
        .orderBy(asc(configs.environment), asc(configs.name))
        .limit(limit),
    );
  }

  /**
   * Locks the config until the end of `tx`, so that writers of one config run one after the other. A config with a new
   * name is created with version 0.
   */
  async lock(tx: Tx, orgId: string, id: string, name: ConfigName): Promise<Config> {
    await tx
      .insert(configs)
      .values({ id, organizationId: orgId, ...name, version: 0, isDeleted: true })
      .onConflictDoNothing();
    const [row] = await tx.select().from(configs).where(isNamed(orgId, name)).for('no key update');
    if (!row) throw new Error('A config that was just made is not there');
    return row;
  }

  async version(orgId: string, name: ConfigName, version: number): Promise<ConfigVersion | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ version: configVersions })
        .from(configVersions)
        .innerJoin(configs, eq(configs.id, configVersions.configId))
        .where(and(isNamed(orgId, name), eq(configVersions.version, version))),
    );
    return row ? versionOf(row.version) : null;
  }

  async versionWithin(tx: Tx, configId: string, version: number): Promise<ConfigVersion | null> {
    const [row] = await tx
      .select()
      .from(configVersions)
      .where(and(eq(configVersions.configId, configId), eq(configVersions.version, version)));
    return row ? versionOf(row) : null;
  }

  /** Newest first. */
  async versions(configId: string, limit: number, before: number | null): Promise<ConfigVersion[]> {
    const rows = await this.postgres.run((db) =>
      db
        .select()
        .from(configVersions)
        .where(
          and(
            eq(configVersions.configId, configId),
            before === null ? undefined : lt(configVersions.version, before),
          ),
        )
        .orderBy(desc(configVersions.version))
        .limit(limit),
    );
    return rows.map(versionOf);
  }

  /** Adds the next version of a locked config and makes it the current one. */
  async add(
    tx: Tx,
    config: Config,
    next: Pick<ConfigVersion, 'content' | 'checksum' | 'createdBy'>,
  ): Promise<Current> {
    const version = config.version + 1;
    const [row] = await tx
      .update(configs)
      .set({ version, isDeleted: false, updatedAt: RISING })
      .where(eq(configs.id, config.id))
      .returning();
    const [added] = await tx
      .insert(configVersions)
      .values({ ...next, content: JSON.stringify(next.content), configId: config.id, version })
      .returning();
    if (!row || !added) throw new Error('A config that is locked is not there');
    return { ...row, current: versionOf(added) };
  }

  async markDeleted(tx: Tx, id: string): Promise<void> {
    await tx.update(configs).set({ isDeleted: true, updatedAt: RISING }).where(eq(configs.id, id));
  }
}

const isNamed = (orgId: string, { environment, name }: ConfigName) =>
  and(eq(configs.organizationId, orgId), eq(configs.environment, environment), eq(configs.name, name));

/** The service wrote the text. If it is not JSON any more, it has no content that matches a checksum. */
function versionOf(row: VersionRow): ConfigVersion {
  return { ...row, content: parsed(row.content) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
