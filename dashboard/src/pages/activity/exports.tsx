import { api, send } from '../../api/client.js';
import { useAction } from '../../hooks/use-action.js';
import { Button } from '../../ui/button.js';
import { ProblemNote } from '../../ui/problem-note.js';
import { toast } from '../../ui/toasts.js';
import { countOf } from './export-end.js';

const FORMATS = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const;

/** Saves the entries that match the filters. An export without its end mark was cut off, and is not saved. */
export function Exports({ parameters }: { parameters: Record<string, string> }) {
  const { run, isBusy, problem } = useAction();
  const save = (format: keyof typeof FORMATS) =>
    void run(async () => {
      const response = await send('GET', api('activity/export', parameters), {
        headers: { accept: FORMATS[format] },
      });
      const file = await response.blob();
      const count = await countOf(file);
      if (count === null) throw new Error('The export was cut off. Nothing was saved; try again.');
      download(file, `activity.${format}`);
      toast(`${count} entries were exported.`);
    });
  return (
    <>
      <ProblemNote problem={problem} />
      <Button isBusy={isBusy} onClick={() => save('csv')}>
        Export CSV
      </Button>
      <Button isBusy={isBusy} onClick={() => save('ndjson')}>
        Export NDJSON
      </Button>
    </>
  );
}

function download(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  // The browser reads it after this turn of the event loop.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
