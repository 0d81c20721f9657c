import type { Query } from '../hooks/use-query.js';
import { ProblemNote } from './problem-note.js';

type Asked = Pick<Query<unknown>, 'problem' | 'reload' | 'answer'>;

/** Shows why there is no answer, or that the answer is an old one. */
export function QueryNotes({ of: { problem, reload, answer } }: { of: Asked }) {
  return (
    <>
      <ProblemNote problem={problem} onRetry={reload} />
      {answer?.source === 'cache-stale' && (
        <p class="note warn">The store of these records is away: this is the last that was read.</p>
      )}
    </>
  );
}
