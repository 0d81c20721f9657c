import { api, ask } from '../../api/client.js';
import type { Flag } from '../../api/types.js';
import { useAction } from '../../hooks/use-action.js';
import { hasRole, useViewer } from '../../shell/viewer.js';
import { Switch } from '../../ui/switch.js';
import { toast } from '../../ui/toasts.js';

interface EnvironmentSwitchProps {
  flag: Flag;
  environment: string;
  isLabelShown?: boolean;
  onChange: () => void;
}

/** Turns a flag on or off in one environment, and changes nothing else. */
export function EnvironmentSwitch({
  flag,
  environment,
  isLabelShown = false,
  onChange,
}: EnvironmentSwitchProps) {
  const mayChange = hasRole(useViewer(), 'member');
  const { run, isBusy, problem } = useAction();
  const isOn = flag.environments[environment]?.enabled ?? false;
  const turn = (enabled: boolean) =>
    void run(async () => {
      await ask('PATCH', api(`features/${encodeURIComponent(flag.key)}`), {
        body: { environments: { [environment]: { enabled } } },
      });
      toast(`${flag.name} is ${enabled ? 'on' : 'off'} in ${environment}.`);
      onChange();
    });
  return (
    <>
      <Switch
        isOn={isOn}
        label={`${flag.name} in ${environment}`}
        isLabelShown={isLabelShown}
        isBusy={isBusy}
        isDisabled={!mayChange}
        onChange={turn}
      />
      {problem && (
        <span class="fault" role="alert">
          {problem.message}
        </span>
      )}
    </>
  );
}
