import { useState } from 'preact/hooks';

import { api } from '../../api/client.js';
import type { FunnelStep } from '../../api/types.js';
import { useQuery } from '../../hooks/use-query.js';
import { Bars } from '../../ui/bars.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Field } from '../../ui/field.js';
import { percent, seconds } from '../../ui/format.js';
import { ProblemNote } from '../../ui/problem-note.js';
import type { Range } from './range.js';

const FIRST = 'page_view, Signed Up, Trial Started, Order Completed';
const WINDOWS = ['1h', '24h', '7d', '30d'];

/** How many persons go from one event to the next. */
export function Funnel({ range }: { range: Range }) {
  const [draft, setDraft] = useState({ steps: FIRST, window: '24h' });
  const [asked, setAsked] = useState(draft);
  const steps = asked.steps
    .split(',')
    .map((step) => step.trim())
    .filter(Boolean)
    .join(',');
  const path = api('analytics/funnel', { from: range.from, steps, window: asked.window });
  const { data, problem, reload, isLoading } = useQuery<{ steps: FunnelStep[] }>(path);
  const submit = (event: Event) => {
    event.preventDefault();
    setAsked(draft);
  };
  return (
    <Card title="Funnel">
      <form class="filters" onSubmit={submit}>
        <Field
          label="Steps, with commas"
          value={draft.steps}
          onChange={(text) => setDraft({ ...draft, steps: text })}
          input={{ required: true }}
        />
        <Field
          label="Within"
          value={draft.window}
          options={WINDOWS}
          onChange={(window) => setDraft({ ...draft, window })}
        />
        <div class="form-actions">
          <Button type="submit">Show</Button>
        </div>
      </form>
      <ProblemNote problem={problem} onRetry={reload} />
      {isLoading && !data && <p class="empty">Loading …</p>}
      <Bars
        label="Persons by step"
        rows={(data?.steps ?? []).map(
          ({ event_name: name, count, conversion, median_seconds: median }, index) => ({
            name: `${index + 1}. ${name}`,
            value: count,
            hint: `${percent(conversion)}${median === null ? '' : ` · ${seconds(median)}`}`,
          }),
        )}
      />
    </Card>
  );
}
