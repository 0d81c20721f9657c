import { Injectable } from '@nestjs/common';

import type { DocumentHome } from '../../flows/collections/document-home.js';
import { AccountsOfRecord } from './accounts.pg.read-model.js';
import { homeOf } from './entry-origin.js';

/** An activity entry belongs to the organisation of the acting key or account. */
@Injectable()
export class EntryHomes implements DocumentHome {
  constructor(private readonly accounts: AccountsOfRecord) {}

  async homeOf(entry: Readonly<Record<string, unknown>>): Promise<string | null> {
    return homeOf({ _id: '', ...entry }, await this.accounts.originsOf([entry]));
  }
}
