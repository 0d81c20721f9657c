interface SwitchProps {
  isOn: boolean;
  /** The thing that the switch turns on. */
  label: string;
  isLabelShown?: boolean;
  isBusy?: boolean;
  isDisabled?: boolean;
  onChange: (isOn: boolean) => void;
}

export function Switch({ isOn, label, isLabelShown, isBusy, isDisabled, onChange }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={isOn}
      aria-label={label}
      aria-busy={isBusy}
      disabled={Boolean(isBusy) || Boolean(isDisabled)}
      onClick={() => onChange(!isOn)}
    >
      <span class="track" aria-hidden="true" />
      {isLabelShown && <span>{label}</span>}
    </button>
  );
}
