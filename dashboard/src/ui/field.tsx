import type { ComponentChildren, InputHTMLAttributes } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  label: string;
  hint?: ComponentChildren;
  value: string;
  onChange: (value: string) => void;
  options?: readonly (string | { value: string; label: string })[];
  rows?: number;
  input?: InputHTMLAttributes<HTMLInputElement>;
}

/** A label with its input: a text, several lines (`rows`) or a choice (`options`). */
export function Field({ label, hint, value, onChange, options, rows, input }: FieldProps) {
  const id = useId();
  const hintId = hint === undefined ? undefined : `${id}-hint`;
  const common = { id, value, 'aria-describedby': hintId };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {options ? (
        <select {...common} onChange={(event) => onChange(event.currentTarget.value)}>
          {options.map((option) => {
            const { value: of, label: text } =
              typeof option === 'string' ? { value: option, label: option } : option;
            return (
              <option key={of} value={of} selected={of === value}>
                {text}
              </option>
            );
          })}
        </select>
      ) : rows ? (
        <textarea
          {...common}
          rows={rows}
          spellcheck={false}
          onInput={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <input type="text" {...input} {...common} onInput={(event) => onChange(event.currentTarget.value)} />
      )}
      {hint !== undefined && (
        <p class="hint" id={hintId}>
          {hint}
        </p>
      )}
    </div>
  );
}
