import { useState } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import type { ApiKey, NewApiKey } from '../../api/types.js';
import { useAction } from '../../hooks/use-action.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { ProblemNote } from '../../ui/problem-note.js';

const OVERLAPS = [
  { value: '0', label: 'none: the old key ends at once' },
  { value: '3600', label: 'one hour' },
  { value: '86400', label: 'one day' },
  { value: '604800', label: 'one week' },
];

interface RotateKeyProps {
  of: ApiKey;
  onMade: (key: NewApiKey) => void;
  onClose: () => void;
}

/** A new secret for the same key. The old one stays valid for a while, so that no client is refused. */
export function RotateKey({ of: { id, name }, onMade, onClose }: RotateKeyProps) {
  const [overlap, setOverlap] = useState('3600');
  const { run, isBusy, problem } = useAction();
  const rotate = () =>
    void run(async () => {
      const body = { overlap_seconds: Number(overlap) };
      onMade((await ask<NewApiKey>('POST', api(`api-keys/${id}/rotate`), { body })).data);
    });
  return (
    <Dialog title={`Rotate ${name}`} onClose={onClose}>
      <Field label="The old key stays valid for" value={overlap} options={OVERLAPS} onChange={setOverlap} />
      <ProblemNote problem={problem} />
      <div class="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" isBusy={isBusy} onClick={rotate}>
          Rotate
        </Button>
      </div>
    </Dialog>
  );
}
