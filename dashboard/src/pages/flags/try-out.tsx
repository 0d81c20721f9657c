import { useState } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import type { Evaluation, Flag } from '../../api/types.js';
import { useAction } from '../../hooks/use-action.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Field } from '../../ui/field.js';
import { ProblemNote } from '../../ui/problem-note.js';

/** Asks the service for the value of the flag for a person. */
export function TryOut({ flag }: { flag: Flag }) {
  const environments = Object.keys(flag.environments);
  const [environment, setEnvironment] = useState(
    environments.includes('production') ? 'production' : (environments[0] ?? 'production'),
  );
  const [userId, setUserId] = useState('ada');
  const [properties, setProperties] = useState('{}');
  const [found, setFound] = useState<Evaluation['flags'][string] | null>(null);
  const { run, isBusy, problem } = useAction();
  const evaluate = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      setFound(null);
      const context = { ...(userId === '' ? {} : { userId }), properties: objectOf(properties) };
      const body = { environment, keys: [flag.key], context };
      const { data } = await ask<Evaluation>('POST', api('features/evaluate'), { body });
      setFound(data.flags[flag.key] ?? null);
    });
  };
  return (
    <Card title="Try it" about="What would this flag answer?">
      <form class="filters" onSubmit={evaluate}>
        <Field label="Environment" value={environment} options={environments} onChange={setEnvironment} />
        <Field label="Person (userId)" value={userId} onChange={setUserId} />
        <Field label="Properties as JSON" value={properties} onChange={setProperties} />
        <div class="form-actions">
          <Button type="submit" kind="primary" isBusy={isBusy}>
            Evaluate
          </Button>
        </div>
      </form>
      <ProblemNote problem={problem} />
      <p role="status" class="verdict">
        {found && (
          <>
            <code class="answer">{JSON.stringify(found.value)}</code> <Badge>{found.reason}</Badge>{' '}
            {found.variant !== null && <Badge tone="busy">variant {found.variant}</Badge>}
          </>
        )}
      </p>
    </Card>
  );
}

function objectOf(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text.trim() === '' ? '{}' : text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // The same problem as for JSON that is no object.
  }
  throw new Problem(422, 'invalid', 'The properties are no JSON object, like {"plan": "pro"}.');
}
