import type { ComponentChildren } from 'preact';

export interface ButtonProps {
  children: ComponentChildren;
  onClick?: () => void;
  kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  type?: 'button' | 'submit';
  isBusy?: boolean;
  isDisabled?: boolean;
  /** The text for screen readers, if the visible text is not enough. */
  label?: string;
}

export function Button({
  children,
  kind = 'plain',
  type = 'button',
  isBusy,
  isDisabled,
  label,
  onClick,
}: ButtonProps) {
  return (
    <button
      type={type}
      class={`button ${kind}`}
      disabled={Boolean(isDisabled) || Boolean(isBusy)}
      aria-busy={isBusy}
      aria-label={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
