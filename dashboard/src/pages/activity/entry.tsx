import type { ActivityEntry } from '../../api/types.js';
import { Dialog } from '../../ui/dialog.js';
import { Facts } from '../../ui/facts.js';
import { moment } from '../../ui/format.js';
import { Json } from '../../ui/json.js';

export function Entry({ entry, onClose }: { entry: ActivityEntry; onClose: () => void }) {
  return (
    <Dialog title={entry.event_type} isWide onClose={onClose}>
      <Facts
        of={[
          ['Happened', moment(entry.occurred_at)],
          ['Recorded', moment(entry.recorded_at)],
          ['Record', entry.resource_type && `${entry.resource_type} ${entry.resource_id ?? ''}`],
          ['About', entry.user_email ?? entry.user_id],
          ['By account', entry.actor_id],
          ['By API key', entry.api_key_id],
          ['Written by', entry.source],
          ['Id', <code>{entry.id}</code>],
        ]}
      />
      <Json value={entry.payload} label="Payload" />
    </Dialog>
  );
}
