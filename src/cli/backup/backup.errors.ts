import { CommandFailed } from '../terminal/explained.js';

/** The archive cannot be written. No part of it is left. */
export class ArchiveNotWritten extends CommandFailed {
  constructor(file: string, why: string, options: { cause?: unknown } = {}) {
    super(`The archive ${file} cannot be written.`, why, ['name another file with --out'], options);
  }
}

/** The file cannot be read, is no archive of this program, or has a version that this program does not know. */
export class ArchiveNotReadable extends CommandFailed {}

/** The archive has changed since it was written. Nothing was changed in the stores. */
export class ArchiveDamaged extends CommandFailed {
  constructor(
    /** The member that is damaged or missing. */
    readonly member: string,
    why: string,
  ) {
    super(`The archive is damaged: ${member}.`, why, [
      'take another copy of it, or an older archive; npm run db:restore -- --check --from FILE tests one',
    ]);
  }
}

/** The stores cannot take the archive. Nothing was changed. */
export class TargetRefused extends CommandFailed {}

/** The restore was stopped before its end. */
export class RestoreFailed extends CommandFailed {}
