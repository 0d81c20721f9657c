import type { Json } from '../../common/http/merge-patch.js';
import type { ExecutionState } from './execution-state.js';

export const EXECUTIONS_COLLECTION = 'executions';
export const EXECUTION_OUTPUTS_COLLECTION = 'execution_outputs';

/** One execution as stored in MongoDB. */
export type Execution = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  name: string;
  deployment_id: string | null;
  input: Json;
  state: ExecutionState;
  /** Any JSON. Null until there is a result. */
  result: Json;
  exit_code: number | null;
  /** When the service moves it to `timed_out`. */
  deadline_at: Date;
  /** The size of its output in bytes. */
  output_bytes: number;
  /** The names of its streams of output. */
  streams: readonly string[];
  version: number;
  created_by: string;
  created_at: Date;
  updated_at: Date;
}>;

/** One chunk of output. A document of its own, so that the size limit of a document does not limit the output. */
export type OutputChunk = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  execution_id: string;
  stream: string;
  /** Starts at 0 in each stream. */
  seq: number;
  data: string;
  created_at: Date;
}>;

/** Missing seqs of a stream, both ends inclusive. */
export interface MissingRange {
  stream: string;
  from_seq: number;
  to_seq: number;
}
