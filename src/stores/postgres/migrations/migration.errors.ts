/** An expected failure: what failed, why, and what to do. Shown to people without a stack trace. */
export class MigrationError extends Error {
  constructor(
    what: string,
    readonly why: string,
    readonly remedies: readonly string[],
    options: { cause?: unknown } = {},
  ) {
    super(what, options);
    this.name = new.target.name;
  }
}

/** The applied migrations in the database do not agree with the files. */
export interface MigrationFault {
  kind: 'edited' | 'missing' | 'out_of_order';
  /** The migration's name: its file name without `.sql`. */
  migration: string;
  message: string;
  remedy: string;
}

/** The folder is not usable: a file with another kind of name, two files with one number, or a down file alone. */
export class MigrationFilesInvalid extends MigrationError {
  constructor(folder: string, faults: readonly string[]) {
    super('The migration files are not in order.', `${folder}\n${faults.join('\n')}`, [
      'a migration is NNNN_name.sql beside NNNN_name.down.sql, each number once: npm run db:generate makes them so',
    ]);
  }
}

/** Nothing was applied, because the files and the database disagree. An operator has to resolve that first. */
export class MigrationsDisagree extends MigrationError {
  constructor(readonly faults: readonly MigrationFault[]) {
    const remedies = [...new Set(faults.map((fault) => fault.remedy))];
    super(
      'The migration files and the database disagree.',
      faults.map((fault) => fault.message).join('\n'),
      remedies,
    );
  }
}

/** One statement was refused. Its migration was rolled back; the migrations before it are kept. */
export class MigrationFailed extends MigrationError {
  constructor(
    readonly migration: string,
    direction: 'up' | 'down',
    why: string,
    cause: unknown,
  ) {
    const [what, file] =
      direction === 'up'
        ? ['could not be applied', `${migration}.sql`]
        : ['could not be undone', `${migration}.down.sql`];
    super(
      `Migration ${migration} ${what}; nothing of it was kept.`,
      why,
      [`correct drizzle/${file}, or the data it stumbles over, and run the command again`],
      { cause },
    );
  }
}

/** Another process holds the migration lock and has not released it in time. */
export class MigrationLocked extends MigrationError {
  constructor(holder: string, waitedMs: number) {
    super('Another process is migrating this database.', `waited ${waitedMs / 1000} s for ${holder}`, [
      'wait until it has finished and run the command again',
      'a connection that hangs can be ended: select pg_terminate_backend(PID)',
    ]);
  }
}

/** The server is not reachable, or refuses the login. Names the address, never the password. */
export class PostgresNotUsable extends MigrationError {}
