import { useEffect, useRef } from 'preact/hooks';

import type { Execution } from '../../api/types.js';
import { State } from '../../ui/badge.js';
import { Dialog } from '../../ui/dialog.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { useOutput } from './use-output.js';

/** The output of an execution as it arrives. */
export function Output({ of: { id, name }, onClose }: { of: Execution; onClose: () => void }) {
  const { chunks, end, problem } = useOutput(id);
  const box = useRef<HTMLPreElement>(null);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [chunks]);
  return (
    <Dialog title={`Output of ${name}`} isWide onClose={onClose}>
      <p role="status">{end === null ? <State state="running" /> : <State state={end} />}</p>
      <ProblemNote problem={problem} />
      <pre ref={box} class="output" tabIndex={0} role="region" aria-label={`Output of ${name}`}>
        {chunks.map(({ stream, seq, data }) => (
          <span key={`${stream} ${seq}`} class={stream === 'stderr' ? 'stderr' : ''}>
            {data}
          </span>
        ))}
      </pre>
    </Dialog>
  );
}
