import type { Json } from '../../common/http/merge-patch.js';
import type { ExecutionState } from './execution-state.js';

export const EXECUTIONS_COLLECTION = 'executions';
export const EXECUTION_OUTPUTS_COLLECTION = 'execution_outputs';

/** A run of something, as it stands in MongoDB. */
export type Execution = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  name: string;
  deployment_id: string | null;
  input: Json;
  state: ExecutionState;
  /** Any JSON; null before there is one. */
  result: Json;
  exit_code: number | null;
  /** When it ends in `timed_out` by itself. */
  deadline_at: Date;
  /** What its output holds, in bytes. */
  output_bytes: number;
  /** The names of its streams of output. */
  streams: readonly string[];
  version: number;
  created_by: string;
  created_at: Date;
  updated_at: Date;
}>;

/** One chunk of output: a document of its own, so that no output meets the limit of a document. */
export type OutputChunk = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  execution_id: string;
  stream: string;
  /** From 0 in each stream. */
  seq: number;
  data: string;
  created_at: Date;
}>;

/** Seqs of a stream that are not there, both inclusive. */
export interface MissingRange {
  stream: string;
  from_seq: number;
  to_seq: number;
}
