import type { Execution, OutputChunk } from './execution.js';
import type { ExecutionResponse } from './executions.dto.js';

export const toExecutionResponse = (execution: Execution): ExecutionResponse => ({
  id: execution._id,
  name: execution.name,
  deployment_id: execution.deployment_id,
  input: execution.input,
  state: execution.state,
  result: execution.result,
  exit_code: execution.exit_code,
  deadline_at: execution.deadline_at.toISOString(),
  output_bytes: execution.output_bytes,
  streams: [...execution.streams],
  created_by: execution.created_by,
  created_at: execution.created_at.toISOString(),
  updated_at: execution.updated_at.toISOString(),
});

export const toChunkResponse = ({ stream, seq, data, created_at }: OutputChunk) => ({
  stream,
  seq,
  data,
  created_at: created_at.toISOString(),
});
