import type { Problem } from '../api/problem.js';
import { Button } from './button.js';

interface ProblemNoteProps {
  problem: Problem | null;
  onRetry?: (() => void) | undefined;
}

/** A problem, with a button to try again. */
export function ProblemNote({ problem, onRetry }: ProblemNoteProps) {
  if (!problem) return null;
  return (
    <div class={`note ${problem.isPassing ? 'warn' : 'bad'}`} role="alert">
      <div>
        <p>{problem.message}</p>
        {problem.faults.length > 0 && (
          <ul>
            {problem.faults.map(({ path, message }) => (
              <li key={path + message}>
                <code>{path}</code> {message}
              </li>
            ))}
          </ul>
        )}
        {problem.isPassing && onRetry && <p class="about">It is asked again every few seconds.</p>}
      </div>
      {onRetry && (
        <Button kind="quiet" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}
