import { createHash } from 'node:crypto';

import { v7 } from 'uuid';

import type { MovedKindName } from './moved-record.js';

/** From what an id is derived: the same record of the same source has the same id in an organisation, whenever it is moved. */
export interface Origin {
  orgId: string;
  source: string;
  kind: MovedKindName;
  sourceId: string;
}

const digestOf = ({ orgId, source, kind, sourceId }: Origin): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([orgId, source, kind, sourceId]))
    .digest();

/** A UUIDv7 of the moment at which the record was made, so that it sorts among those that are made here. */
export const derivedId = (origin: Origin, createdAt: Date): string =>
  v7({ msecs: createdAt.getTime(), random: digestOf(origin).subarray(0, 16) });

/** A number of a focus session that no start here gives: those count from 1. */
export const derivedNumber = (origin: Origin): number => -1 - digestOf(origin).readUIntBE(16, 6);
