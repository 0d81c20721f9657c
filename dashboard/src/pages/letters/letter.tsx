import { api, ask } from '../../api/client.js';
import type { DeadLetterDetail } from '../../api/types.js';
import { useAction } from '../../hooks/use-action.js';
import { useQuery } from '../../hooks/use-query.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Facts } from '../../ui/facts.js';
import { moment } from '../../ui/format.js';
import { Json } from '../../ui/json.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { toast } from '../../ui/toasts.js';

/** One dead letter with its payload, and a button to try again. */
export function Letter({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, problem, reload } = useQuery<DeadLetterDetail>(api(`admin/dead-letters/${id}`));
  const retrying = useAction();
  const retry = async () => {
    const isDone = await retrying.run(async () => {
      await ask('POST', api(`admin/dead-letters/${id}/retry`));
    });
    if (!isDone) return;
    toast('It is queued again, with its full attempts.');
    onClose();
  };
  return (
    <Dialog title={data?.type ?? 'Dead letter'} isWide onClose={onClose}>
      <ProblemNote problem={retrying.problem ?? problem} onRetry={problem ? reload : undefined} />
      {data && (
        <>
          <Facts
            of={[
              ['Why', data.last_error],
              ['Record', <code>{data.aggregate}</code>],
              ['Source', data.source],
              ['Attempts', data.attempts],
              ['Recorded', moment(data.recorded_at)],
              ['Given up', moment(data.dead_at)],
              ['Organisation', <code>{data.organization_id}</code>],
            ]}
          />
          <Json value={data.payload} label="Payload" />
        </>
      )}
      <div class="form-actions">
        <Button onClick={onClose}>Close</Button>
        <Button kind="primary" isBusy={retrying.isBusy} onClick={() => void retry()}>
          Try again
        </Button>
      </div>
    </Dialog>
  );
}
