import { Injectable } from '@nestjs/common';

import { tags } from '../../cache/tags.js';
import type { Check, ComparedBatch, Difference } from '../../flows/reconciliation/check.js';
import { checksumOf } from './config-checksum.js';
import { type StoredVersion, StoredVersions } from './stored-versions.pg.read-model.js';

/** Checks that the content of every version is unchanged. */
@Injectable()
export class ConfigChecksumsCheck implements Check {
  readonly name = 'config-checksums';

  constructor(private readonly versions: StoredVersions) {}

  compare(): AsyncGenerator<ComparedBatch> {
    return this.compareSince();
  }

  compareRecent(since: Date): AsyncGenerator<ComparedBatch> {
    return this.compareSince(since);
  }

  /** No copy of the original content exists, so a person has to write the right content again. */
  repair(): Promise<null> {
    return Promise.resolve(null);
  }

  private async *compareSince(since?: Date): AsyncGenerator<ComparedBatch> {
    for await (const batch of this.versions.batches(since)) {
      yield { compared: batch.length, differences: batch.filter(isAltered).map(differenceOf) };
    }
  }
}

function isAltered({ content, checksum }: StoredVersion): boolean {
  try {
    return checksumOf(JSON.parse(content)) !== checksum;
  } catch (error) {
    if (error instanceof SyntaxError) return true;
    throw error;
  }
}

const differenceOf = ({ organizationId, name, configId, version }: StoredVersion): Difference => ({
  kind: 'different',
  record: `config_versions/${configId}/${version}`,
  id: `${configId}/${version}`,
  detail: 'content, which its checksum does not fit',
  tags: [tags.entity(organizationId, 'configs', name)],
});
