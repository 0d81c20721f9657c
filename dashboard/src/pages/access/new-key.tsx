import { useState } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import type { NewApiKey } from '../../api/types.js';
import { useAction } from '../../hooks/use-action.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Field } from '../../ui/field.js';
import { ProblemNote } from '../../ui/problem-note.js';

interface NewKeyProps {
  onMade: (key: NewApiKey) => void;
  onClose: () => void;
}

export function NewKey({ onMade, onClose }: NewKeyProps) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState('activity:read');
  const [environment, setEnvironment] = useState('test');
  const [until, setUntil] = useState('');
  const { run, isBusy, problem } = useAction();
  const submit = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const body = {
        name,
        environment,
        scopes: scopes.split(/[\s,]+/).filter(Boolean),
        ...(until === '' ? {} : { expires_at: new Date(until).toISOString() }),
      };
      onMade((await ask<NewApiKey>('POST', api('api-keys'), { body })).data);
    });
  };
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form onSubmit={submit}>
        <Field label="Name" value={name} onChange={setName} input={{ required: true, maxLength: 120 }} />
        <Field
          label="Scopes"
          value={scopes}
          onChange={setScopes}
          input={{ required: true }}
          hint={
            <>
              <code>resource:read</code>, <code>:write</code> or <code>:admin</code>, with commas between
              them; <code>*</code> is everything.
            </>
          }
        />
        <Field label="Environment" value={environment} options={['test', 'live']} onChange={setEnvironment} />
        <Field label="Ends (optional)" value={until} onChange={setUntil} input={{ type: 'datetime-local' }} />
        <ProblemNote problem={problem} />
        <div class="form-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" kind="primary" isBusy={isBusy}>
            Create
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
