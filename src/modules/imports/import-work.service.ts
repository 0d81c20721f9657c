import { Injectable } from '@nestjs/common';

import { DomainError } from '../../common/errors/domain-error.js';
import { asOwner } from '../exports/as-owner.js';
import { type SectionName, SECTIONS } from '../exports/writing/section.js';
import { type ImportPlace, type ImportProgress, type ImportRequest, noCounts } from './import-request.js';
import { ImportRuns } from './import-runs.service.js';
import { ImportTally } from './import-tally.js';
import { ImportTargets } from './intake/import-targets.service.js';
import type { ImportTarget, PlannedItem } from './intake/intake.js';
import { Intakes } from './intake/intakes.js';
import type { ImportSource, SourceItem } from './reading/import-source.js';

const BATCH = 50;
const BEGINNING: ImportPlace = { section: SECTIONS[0], index: 0, known: [] };

interface Work {
  request: ImportRequest;
  source: ImportSource;
  target: ImportTarget;
  tally: ImportTally;
  signal: AbortSignal;
  /** The batch that a run before this one was at; null from then on. */
  resumed: ImportPlace | null;
}

/**
 * Takes the items of a file in, batch by batch. Before a batch begins, PostgreSQL is told what has become of the items before it
 * and which of the batch are known already. So a run that follows on a killed one can tell what that one has imported from what
 * was there before, and counts each item once.
 */
@Injectable()
export class ImportWork {
  constructor(
    private readonly runs: ImportRuns,
    private readonly targets: ImportTargets,
    private readonly intakes: Intakes,
  ) {}

  /** Throws `UnreadableFile`, before anything is imported, and `RunReplaced`. */
  async run(request: ImportRequest, source: ImportSource, signal: AbortSignal): Promise<ImportProgress> {
    const total = await source.count();
    const owner = { orgId: request.organizationId, userId: request.userId };
    const target = await this.targets.of(asOwner(owner), request.isDryRun);
    // A dry run has changed nothing that another one could go on with.
    const from = request.isDryRun ? { counts: noCounts(), report: [], place: null } : request;
    const tally = new ImportTally(from, total);
    const work: Work = { request, source, target, signal, tally, resumed: from.place };
    for (const section of SECTIONS) await this.runSection(work, section);
    return work.tally.progressAt(BEGINNING);
  }

  private async runSection(work: Work, section: SectionName): Promise<void> {
    const intake = this.intakes.of(section);
    const isDone =
      work.resumed !== null && SECTIONS.indexOf(section) < SECTIONS.indexOf(work.resumed.section);
    if (isDone && !intake.isReferredTo) return;
    for await (const batch of batches(work.source.items(section))) {
      work.signal.throwIfAborted();
      const planned = await intake.plan(work.target, batch);
      const todo = isDone ? [] : planned.filter(({ index }) => index >= firstOf(work, section));
      if (todo.length > 0) await this.runBatch(work, section, todo);
    }
  }

  private async runBatch(work: Work, section: SectionName, planned: readonly PlannedItem[]): Promise<void> {
    const { request, target, tally, resumed } = work;
    const existing = await this.intakes.of(section).known(
      target,
      planned.flatMap(({ ids }) => ids),
    );
    // What was not there before, and is there now, a run before this one has taken in.
    const known = new Set(resumed ? resumed.known : existing);
    const taken = new Set(existing);
    work.resumed = null;
    const index = planned[0]?.index ?? 0;
    await this.runs.progress(request, tally.progressAt({ section, index, known: [...known] }));
    for (const item of planned) {
      if (item.ids.some((id) => known.has(id))) tally.add(section, 'known');
      else if (item.ids.some((id) => taken.has(id)) || (await this.take(work, section, item))) {
        tally.add(section, 'imported');
        // A file may name an item twice.
        for (const id of item.ids) known.add(id);
      }
    }
  }

  /** False where it was refused. */
  private async take({ tally }: Work, section: SectionName, item: PlannedItem): Promise<boolean> {
    try {
      await item.take();
      return true;
    } catch (error) {
      if (!(error instanceof DomainError) || error.status >= 500) throw error;
      tally.refuse(section, item, error);
      return false;
    }
  }
}

/** From where on the items of a section are to be taken in. */
const firstOf = ({ resumed }: Work, section: SectionName): number =>
  resumed?.section === section ? resumed.index : 0;

async function* batches(items: AsyncIterable<SourceItem>): AsyncGenerator<SourceItem[]> {
  let batch: SourceItem[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
