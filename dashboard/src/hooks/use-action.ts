import { useState } from 'preact/hooks';

import { asProblem, type Problem } from '../api/problem.js';

export interface Action {
  isBusy: boolean;
  problem: Problem | null;
  /** Whether the action succeeded. If not, `problem` says why. */
  run: (work: () => Promise<void>) => Promise<boolean>;
  clear: () => void;
}

/** An action of the user, one at a time, with its result. */
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
