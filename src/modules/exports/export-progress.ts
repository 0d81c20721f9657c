import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { EntitlementsService } from '../entitlements/entitlements.service.js';
import type { Section, SectionName } from './writing/section.js';

const REPORTED_EVERY_MS = 500;
/** The part of an export, in percent, that is written when a section begins. Only the entries report progress in between. */
const BEGINS_AT: Readonly<Record<SectionName, number>> = {
  tags: 0,
  mood_categories: 2,
  moods: 4,
  focus_sessions: 15,
  entries: 25,
};
/** The last percent is the end of the file. */
const ENDS_AT = 99;

/** Watches the sections of an export as they are read. */
@Injectable()
export class ExportProgress {
  constructor(private readonly entitlements: EntitlementsService) {}

  /** Calls `report` at the beginning of each section and twice a second. If it rejects, the export ends. */
  async *of(
    actor: Principal,
    sections: AsyncIterable<Section>,
    report: (percent: number) => Promise<void>,
  ): AsyncGenerator<Section> {
    const { totalEntries } = await this.entitlements.own(actor);
    for await (const { name, records } of sections) {
      await report(BEGINS_AT[name]);
      yield {
        name,
        records: watched(records, name === 'entries' ? totalEntries : null, BEGINS_AT[name], report),
      };
    }
  }
}

async function* watched(
  records: AsyncIterable<object>,
  total: number | null,
  from: number,
  report: (percent: number) => Promise<void>,
): AsyncGenerator<object> {
  let reportedAtMs = performance.now();
  let read = 0;
  for await (const record of records) {
    yield record;
    read += 1;
    if (performance.now() - reportedAtMs < REPORTED_EVERY_MS) continue;
    const part = total === null ? 0 : Math.min(1, read / Math.max(1, total));
    await report(Math.floor(from + part * (ENDS_AT - from)));
    reportedAtMs = performance.now();
  }
}
