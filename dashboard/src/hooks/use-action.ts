import { useState } from 'preact/hooks';

import { asProblem, type Problem } from '../api/problem.js';

export interface Action {
  isBusy: boolean;
  problem: Problem | null;
  /** Whether it went well; what went wrong stands in `problem`. */
  run: (work: () => Promise<void>) => Promise<boolean>;
  clear: () => void;
}

/** Something that a person asks for: one at a time, with what became of it. */
export function useAction(): Action {
  const [state, setState] = useState<{ isBusy: boolean; problem: Problem | null }>({
    isBusy: false,
    problem: null,
  });
  return {
    ...state,
    clear: () => setState({ isBusy: false, problem: null }),
    run: async (work) => {
      setState({ isBusy: true, problem: null });
      try {
        await work();
        setState({ isBusy: false, problem: null });
        return true;
      } catch (error) {
        setState({ isBusy: false, problem: asProblem(error) });
        return false;
      }
    },
  };
}
