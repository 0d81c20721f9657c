import { DomainError } from '../../common/errors/domain-error.js';
import { Conflict, Malformed, NotFound } from '../../common/errors/kinds.js';

export const MAX_IMPORTS = 50;
export const MAX_FILE_BYTES = 256 * 1_048_576;

export class TooManyImports extends Conflict {
  readonly code = 'imports.too_many';

  constructor() {
    super(`A person has ${MAX_IMPORTS} imports at the most; each is removed after seven days.`);
  }
}

export class UploadInProgress extends Conflict {
  readonly code = 'imports.upload_in_progress';

  constructor() {
    super('Another file of yours is arriving. Send one at a time.', { headers: { connection: 'close' } });
  }
}

export class ImportNotFound extends NotFound {
  constructor() {
    super('There is no such import.');
  }
}

/** 413. */
export class FileTooLarge extends DomainError {
  readonly status = 413;
  readonly code = 'request.too_large';

  constructor() {
    super(`A file has ${MAX_FILE_BYTES} bytes at the most.`, { headers: { connection: 'close' } });
  }
}

export class FileMissing extends Malformed {
  override code = 'imports.file_missing';

  constructor() {
    super('Send the file as the body.');
  }
}

export class UploadCutOff extends Malformed {
  override code = 'imports.cut_off';

  constructor() {
    super('The file did not arrive as a whole.');
  }
}

/** Nothing of such a file is imported. The code stands in the state of the import. */
export class UnreadableFile extends Malformed {
  constructor(
    override readonly code:
      | 'imports.malformed_file'
      | 'imports.unknown_format'
      | 'imports.item_too_large'
      | 'imports.too_many_items'
      | 'imports.inflates_too_much',
  ) {
    super('The file cannot be read.');
  }
}

/** A session that runs or is paused: it is none yet that can be taken along. */
export class SessionStillActive extends Conflict {
  readonly code = 'imports.session_still_active';

  constructor() {
    super('The focus session had not ended.');
  }
}
