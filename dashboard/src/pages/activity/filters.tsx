import { useState } from 'preact/hooks';

import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { type ActivityFilter, filterOf } from './filter.js';

interface FiltersProps {
  filter: ActivityFilter;
  onChange: (filter: ActivityFilter) => void;
}

export function Filters({ filter, onChange }: FiltersProps) {
  const [draft, setDraft] = useState(filter);
  const field = (name: keyof ActivityFilter, label: string, input: object = {}) => (
    <Field
      label={label}
      value={draft[name]}
      input={input}
      onChange={(value) => setDraft({ ...draft, [name]: value })}
    />
  );
  const apply = (event: Event) => {
    event.preventDefault();
    onChange(draft);
  };
  return (
    <form class="filters" onSubmit={apply}>
      {field('event_type', 'What happened', { placeholder: 'user.updated' })}
      {field('user_id', 'About (user id)')}
      {field('resource_type', 'Kind of record', { placeholder: 'deployment' })}
      {field('resource_id', 'Record id')}
      {field('from', 'From', { type: 'datetime-local' })}
      {field('to', 'Before', { type: 'datetime-local' })}
      <div class="form-actions">
        <Button onClick={() => onChange(filterOf(new URLSearchParams()))}>Clear</Button>
        <Button type="submit" kind="primary">
          Apply
        </Button>
      </div>
    </form>
  );
}
