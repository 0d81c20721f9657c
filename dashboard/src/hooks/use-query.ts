import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

import { type Answer, ask } from '../api/client.js';
import { asProblem, type Problem } from '../api/problem.js';

const RETRY_MS = 3_000;

export interface Query<T> {
  /** The last answer; it stays while newer ones fail. */
  data: T | null;
  answer: Answer<T> | null;
  problem: Problem | null;
  isLoading: boolean;
  reload: () => void;
}

interface State<T> {
  path: string | null;
  answer: Answer<T> | null;
  problem: Problem | null;
  isLoading: boolean;
}

/** Reads a path every `everyMs`, and earlier after a temporary problem, such as a store that is away. */
export function useQuery<T>(
  path: string | null,
  { everyMs = null, alsoAnswers = [] }: { everyMs?: number | null; alsoAnswers?: readonly number[] } = {},
): Query<T> {
  const [state, setState] = useState<State<T>>({
    path,
    answer: null,
    problem: null,
    isLoading: path !== null,
  });
  const [turn, setTurn] = useState(0);
  const statuses = useRef(alsoAnswers);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    setState((last) => ({
      ...(last.path === path ? last : { answer: null, problem: null }),
      path,
      isLoading: true,
    }));
    const read = async (): Promise<void> => {
      let nextMs = everyMs;
      try {
        const answer = await ask<T>('GET', path, { signal: abort.signal, alsoAnswers: statuses.current });
        setState({ path, answer, problem: null, isLoading: false });
      } catch (error) {
        if (abort.signal.aborted) return;
        const problem = asProblem(error);
        setState((last) => ({ ...last, problem, isLoading: false }));
        nextMs = problem.isPassing ? Math.min(everyMs ?? RETRY_MS, RETRY_MS) : null;
      }
      if (nextMs !== null && !abort.signal.aborted) timer = setTimeout(() => void read(), nextMs);
    };
    void read();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [path, everyMs, turn]);
  const isCurrent = state.path === path;
  return {
    data: (isCurrent ? state.answer?.data : null) ?? null,
    answer: isCurrent ? state.answer : null,
    problem: isCurrent ? state.problem : null,
    isLoading: state.isLoading || !isCurrent,
    reload,
  };
}
