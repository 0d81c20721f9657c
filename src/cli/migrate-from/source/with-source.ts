import type { Config } from '../../../config/config.js';
import { ConnectionInvalid, partsOf } from '../../../config/connections/connection-text.js';
import { CommandFailed } from '../../terminal/explained.js';
import { withMongoSource } from './mongo-source.mongo.repository.js';
import { withPostgresSource } from './postgres-source.js';
import type { Source } from './source.js';

export interface GivenSource {
  postgres?: string;
  mongodb?: string;
  sourceName?: string;
}

const NAME = /^[\w.-]{1,100}$/;

/** Hosts and database, without the credentials. Throws `CommandFailed`. */
function placeOf(option: string, url: string): { hosts: string; database: string } {
  try {
    return partsOf(url, ['postgres', 'postgresql', 'mongodb', 'mongodb+srv']);
  } catch (error) {
    if (!(error instanceof ConnectionInvalid)) throw error;
    throw new CommandFailed(`The value of ${option} is no URL.`, error.message, [`correct ${option}`], {
      cause: error,
    });
  }
}

/** Runs `work` on the source that was named. Throws `CommandFailed` where it is none, or the target itself. */
export async function withSource<T>(
  { postgres, mongodb, sourceName }: GivenSource,
  config: Config,
  work: (source: Source) => Promise<T>,
): Promise<T> {
  if ((postgres === undefined) === (mongodb === undefined))
    throw new CommandFailed('Name one source.', '', ['give either --postgres URL or --mongodb URI']);
  const [option, url, own] =
    postgres === undefined
      ? (['--mongodb', mongodb ?? '', config.mongo.uri] as const)
      : (['--postgres', postgres, config.postgres.url] as const);
  const place = placeOf(option, url);
  const target = placeOf(option, own);
  if (place.hosts === target.hosts && place.database === target.database)
    throw new CommandFailed('The source is the database of this service.', '', [`correct ${option}`]);
  const name = sourceName ?? place.database;
  if (!NAME.test(name))
    throw new CommandFailed('The source has no usable name.', '1 to 100 letters, digits, . _ -', [
      'give one with --source-name, and the same one each time',
    ]);
  return postgres === undefined ? withMongoSource(url, name, work) : withPostgresSource(url, name, work);
}
