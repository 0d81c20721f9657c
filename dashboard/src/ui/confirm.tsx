import { useAction } from '../hooks/use-action.js';
import { Button } from './button.js';
import { Dialog } from './dialog.js';
import { ProblemNote } from './problem-note.js';

interface ConfirmProps {
  title: string;
  text: string;
  verb: string;
  isDangerous?: boolean;
  act: () => Promise<void>;
  onClose: () => void;
}

/** Asks for confirmation before an action that is hard to undo. */
export function Confirm({ title, text, verb, isDangerous, act, onClose }: ConfirmProps) {
  const { run, isBusy, problem } = useAction();
  const confirm = () => void run(act).then((isDone) => isDone && onClose());
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{text}</p>
      <ProblemNote problem={problem} />
      <div class="form-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button kind={isDangerous ? 'danger' : 'primary'} isBusy={isBusy} onClick={confirm}>
          {verb}
        </Button>
      </div>
    </Dialog>
  );
}
