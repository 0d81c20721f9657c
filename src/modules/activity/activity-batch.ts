import type { FieldError } from '../../common/errors/domain-error.js';
import { Invalid } from '../../common/errors/kinds.js';
import { ContractPipe } from '../../common/http/contract.pipe.js';
import { Turns } from '../../common/time/turns.js';
import { type ActivityOutcome, RecordActivityDto } from './activity.dto.js';
import type { Recorded } from './activity-recorder.service.js';

/** A batch whose entries are parsed independently of each other. */
export interface ParsedBatch {
  /** The valid entries, with their index in the batch. */
  valid: { index: number; input: RecordActivityDto }[];
  faults: { index: number; errors: readonly FieldError[] }[];
}

const contract = new ContractPipe();

export async function parseBatch(entries: readonly unknown[]): Promise<ParsedBatch> {
  const turns = new Turns();
  const batch: ParsedBatch = { valid: [], faults: [] };
  for (const [index, entry] of entries.entries()) {
    await turns.pass();
    try {
      const input = contract.transform(entry, { type: 'body', metatype: RecordActivityDto });
      batch.valid.push({ index, input: input as RecordActivityDto });
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      batch.faults.push({ index, errors: error.errors });
    }
  }
  return batch;
}

/**
 * One outcome for each entry of the batch, in its order. `recorded` are the outcomes of `valid`, in the order of
 * `valid`.
 */
export function outcomesOf({ valid, faults }: ParsedBatch, recorded: readonly Recorded[]): ActivityOutcome[] {
  const outcomes = valid.map(({ index }, at): ActivityOutcome => {
    const one = recorded[at];
    if (!one || one.outcome.kind === 'refused') return { index, status: 500 };
    return { index, status: one.outcome.kind === 'spooled' ? 202 : 201, id: one.entry._id };
  });
  const refused = faults.map(({ index, errors }): ActivityOutcome => ({
    index,
    status: 422,
    errors: [...errors],
  }));
  return [...outcomes, ...refused].toSorted((a, b) => a.index - b.index);
}
