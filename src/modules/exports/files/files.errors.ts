import { NotFound } from '../../../common/errors/kinds.js';

/** It was removed, or the key of its owner is destroyed. */
export class FileGone extends NotFound {
  override code = 'exports.file_gone';

  constructor() {
    super('There is no such file any more.');
  }
}
