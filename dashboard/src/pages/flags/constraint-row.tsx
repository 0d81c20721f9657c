import { useState } from 'preact/hooks';

import type { Constraint } from '../../api/types.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { OPERATORS, takesList } from './operators.js';

interface ConstraintRowProps {
  constraint: Constraint;
  /** Null: it is removed. */
  onChange: (constraint: Constraint | null) => void;
}

/** A field of the context, an operator, and the values to compare with. */
export function ConstraintRow({ constraint, onChange }: ConstraintRowProps) {
  const { contextName, operator, values = [], value = '', ...rest } = constraint;
  const [text, setText] = useState(takesList(operator) ? values.join(', ') : value);
  const give = (name: string, op: string, given: string) => {
    const compared = takesList(op) ? { values: listOf(given) } : { value: given };
    onChange({ ...rest, contextName: name, operator: op, ...compared });
  };
  return (
    <div class="constraint">
      <Field
        label="Field"
        value={contextName}
        onChange={(name) => give(name, operator, text)}
        input={{ required: true }}
      />
      <Field
        label="Operator"
        value={operator}
        options={OPERATORS.includes(operator) ? OPERATORS : [...OPERATORS, operator]}
        onChange={(op) => give(contextName, op, text)}
      />
      <Field
        label={takesList(operator) ? 'Values, with commas' : 'Value'}
        value={text}
        onChange={(given) => {
          setText(given);
          give(contextName, operator, given);
        }}
      />
      <Button kind="quiet" label="Remove this condition" onClick={() => onChange(null)}>
        ✕
      </Button>
    </div>
  );
}

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
