import type { INestApplicationContext } from '@nestjs/common';

import { Outbox } from '../../flows/outbox/outbox.js';
import { FieldEncryption } from '../../modules/field-encryption/field-encryption.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { AccountsRepository } from './accounts.pg.repository.js';
import { KnownRecords } from './known-records.js';
import { MovedDocumentsRepository } from './moved-documents.mongo.repository.js';
import { MovedRecordsRepository } from './moved-records.pg.repository.js';

/** Into what is moved: one organisation, and the parts of the service that write there. */
export interface MoveTarget {
  /** Gives the services of the features. */
  app: INestApplicationContext;
  orgId: string;
  /** The name of the source. */
  source: string;
  postgres: Postgres;
  outbox: Outbox;
  encryption: FieldEncryption;
  accounts: AccountsRepository;
  records: MovedRecordsRepository;
  known: KnownRecords;
  documents: MovedDocumentsRepository;
}

export function moveTarget(app: INestApplicationContext, orgId: string, source: string): MoveTarget {
  const postgres = app.get(Postgres, { strict: false });
  const records = new MovedRecordsRepository(postgres, orgId, source);
  return {
    ...{ app, orgId, source, postgres, records },
    outbox: app.get(Outbox, { strict: false }),
    encryption: app.get(FieldEncryption, { strict: false }),
    accounts: new AccountsRepository(postgres, orgId),
    known: new KnownRecords(records),
    documents: new MovedDocumentsRepository(app.get(Mongo, { strict: false }), orgId),
  };
}
