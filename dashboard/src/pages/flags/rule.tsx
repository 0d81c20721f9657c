import type { Constraint, Strategy } from '../../api/types.js';
import { Button } from '../../ui/button.js';
import { ConstraintRow } from './constraint-row.js';

interface RuleProps {
  rule: Strategy;
  number: number;
  /** Null: it is removed. */
  onChange: (rule: Strategy | null) => void;
}

const NEW: Constraint = { contextName: 'userId', operator: 'IN', values: [] };

/** A rule matches if all of its conditions are met. One matching rule is enough. */
export function Rule({ rule, number, onChange }: RuleProps) {
  const constraints = rule.constraints ?? [];
  const set = (next: Constraint[]) => onChange({ ...rule, constraints: next });
  return (
    <div class="rule" role="group" aria-label={`Rule ${number}`}>
      <p>
        <b>Rule {number}</b> <span class="muted">{rule.name === 'default' ? 'all of these' : rule.name}</span>
        <Button kind="quiet" label={`Remove rule ${number}`} onClick={() => onChange(null)}>
          Remove
        </Button>
      </p>
      {constraints.map((constraint, index) => (
        <ConstraintRow
          key={index}
          constraint={constraint}
          onChange={(next) =>
            set(constraints.flatMap((one, at) => (at === index ? (next ? [next] : []) : [one])))
          }
        />
      ))}
      <Button
        kind="quiet"
        label={`Add a condition to rule ${number}`}
        onClick={() => set([...constraints, NEW])}
      >
        + Condition
      </Button>
    </div>
  );
}
