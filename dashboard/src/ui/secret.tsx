import { useState } from 'preact/hooks';

import { Button } from './button.js';

/** A secret that is shown only once, with a button to copy it. */
export function Secret({ label, value }: { label: string; value: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(value).then(() => setCopied(true));
  return (
    <div class="secret">
      <p>
        <strong>{label}</strong> It is shown this once: keep it before you close this.
      </p>
      <div>
        <input readOnly value={value} aria-label={label} onFocus={(event) => event.currentTarget.select()} />
        <Button kind="primary" onClick={copy}>
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      </div>
    </div>
  );
}
