import { useState } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import { Problem } from '../../api/problem.js';
import type { Flag, FlagEnvironment, Strategy } from '../../api/types.js';
import { useAction } from '../../hooks/use-action.js';
import { hasRole, useViewer } from '../../shell/viewer.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Field } from '../../ui/field.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { toast } from '../../ui/toasts.js';
import { EnvironmentSwitch } from './environment-switch.js';
import { Rule } from './rule.js';

interface TargetingProps {
  flag: Flag;
  etag: string | null;
  environment: string;
  onChange: () => void;
}

const NEW_RULE: Strategy = {
  name: 'default',
  constraints: [{ contextName: 'userId', operator: 'IN', values: [] }],
};

/** The rules of a flag in one environment. Members that the form does not show are sent back unchanged. */
export function Targeting({ flag, etag, environment, onChange }: TargetingProps) {
  const stored = flag.environments[environment] as FlagEnvironment;
  const [rollout, setRollout] = useState(
    stored.rollout_percentage === null ? '' : String(stored.rollout_percentage),
  );
  const [rules, setRules] = useState<readonly Strategy[]>(stored.strategies);
  const [value, setValue] = useState(stored.value === undefined ? '' : JSON.stringify(stored.value));
  const { run, isBusy, problem } = useAction();
  const mayChange = hasRole(useViewer(), 'member');
  const save = (event: Event) => {
    event.preventDefault();
    void run(async () => {
      const { value: _old, ...rest } = stored;
      const body = {
        ...rest,
        ...(value === '' ? {} : { value: parsed(value) }),
        rollout_percentage: rollout === '' ? null : Number(rollout),
        strategies: rules,
      };
      await ask('PUT', api(`features/${encodeURIComponent(flag.key)}/environments/${environment}`), {
        body,
        headers: etag === null ? {} : { 'if-match': etag },
      });
      toast(`The rules of ${environment} are saved.`);
      onChange();
    });
  };
  const replace = (index: number, rule: Strategy | null) =>
    setRules(rules.flatMap((one, at) => (at === index ? (rule ? [rule] : []) : [one])));
  return (
    <Card
      title={environment}
      actions={<EnvironmentSwitch flag={flag} environment={environment} onChange={onChange} />}
    >
      <form onSubmit={save}>
        <div class="columns">
          <Field
            label="Share of people"
            value={rollout}
            onChange={setRollout}
            hint="Per cent, always the same people. Empty: everyone."
            input={{ type: 'number', min: 0, max: 100 }}
          />
          <Field
            label="Value where it is on"
            value={value}
            onChange={setValue}
            hint="As JSON. Empty: true, or the default value."
          />
        </div>
        <fieldset>
          <legend>Rules</legend>
          {rules.length === 0 && <p class="muted">Without a rule it is for everyone.</p>}
          {rules.map((rule, index) => (
            <Rule key={index} rule={rule} number={index + 1} onChange={(next) => replace(index, next)} />
          ))}
          <Button kind="quiet" onClick={() => setRules([...rules, NEW_RULE])}>
            + Rule
          </Button>
        </fieldset>
        {stored.variants.length > 0 && (
          <p class="muted">
            Variants: {stored.variants.map(({ name, weight }) => `${name} ${weight / 10} %`).join(', ')}
          </p>
        )}
        <ProblemNote problem={problem} />
        <div class="form-actions">
          <Button type="submit" kind="primary" isBusy={isBusy} isDisabled={!mayChange}>
            Save {environment}
          </Button>
        </div>
      </form>
    </Card>
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Problem(422, 'invalid', 'The value is no JSON. A text stands in quotation marks.');
  }
}
