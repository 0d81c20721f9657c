import { useEffect, useState } from 'preact/hooks';

import { api } from '../../api/client.js';
import { asProblem, type Problem } from '../../api/problem.js';
import { serverEvents } from '../../api/server-events.js';

const AGAIN_MS = 1_000;
/** The most that a browser renders smoothly. */
const KEPT_CHUNKS = 5_000;

export interface OutputChunk {
  stream: string;
  seq: number;
  data: string;
}

export interface FollowedOutput {
  chunks: readonly OutputChunk[];
  /** The state in which the execution has ended. Null while it is followed. */
  end: string | null;
  problem: Problem | null;
}

/** Follows the output of an execution until it ends, and reconnects if the connection breaks. */
export function useOutput(executionId: string): FollowedOutput {
  const [output, setOutput] = useState<FollowedOutput>({ chunks: [], end: null, problem: null });
  useEffect(() => {
    const abort = new AbortController();
    void follow(executionId, abort.signal, (change) => setOutput(change));
    return () => abort.abort();
  }, [executionId]);
  return output;
}

type Change = (change: (output: FollowedOutput) => FollowedOutput) => void;

async function follow(id: string, signal: AbortSignal, change: Change): Promise<void> {
  let lastId: string | null = null;
  while (!signal.aborted) {
    try {
      for await (const { id: eventId, event, data } of serverEvents(
        api(`executions/${id}/output`),
        signal,
        lastId,
      )) {
        lastId = eventId ?? lastId;
        if (event === 'reset') change((output) => ({ ...output, chunks: [] }));
        if (event === 'chunk') {
          const chunk = JSON.parse(data) as OutputChunk;
          change((output) => ({
            ...output,
            problem: null,
            chunks: [...output.chunks, chunk].slice(-KEPT_CHUNKS),
          }));
        }
        if (event === 'end') {
          const { state } = JSON.parse(data) as { state: string };
          return change((output) => ({ ...output, problem: null, end: state }));
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      const problem = asProblem(error);
      change((output) => ({ ...output, problem }));
      if (problem.status >= 400 && !problem.isPassing) return;
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
