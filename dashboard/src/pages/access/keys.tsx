import { useState } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import type { ApiKey, NewApiKey } from '../../api/types.js';
import { usePages } from '../../hooks/use-pages.js';
import { Badge } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Confirm } from '../../ui/confirm.js';
import { Dialog } from '../../ui/dialog.js';
import { Moment } from '../../ui/moment.js';
import { QueryNotes } from '../../ui/query-notes.js';
import { Secret } from '../../ui/secret.js';
import { Table } from '../../ui/table.js';
import { toast } from '../../ui/toasts.js';
import { NewKey } from './new-key.js';
import { RotateKey } from './rotate-key.js';

type Open =
  { kind: 'create' } | { kind: 'revoke' | 'rotate'; key: ApiKey } | { kind: 'show'; secret: string };

/** The API keys: create, show once, rotate, revoke. */
export function Keys() {
  const keys = usePages<ApiKey>(api('api-keys'));
  const [open, setOpen] = useState<Open | null>(null);
  const close = () => setOpen(null);
  const show = ({ key }: NewApiKey) => {
    setOpen(key === null ? null : { kind: 'show', secret: key });
    keys.reload();
  };
  const revoke = async (id: string) => {
    await ask('DELETE', api(`api-keys/${id}`));
    toast('The key is refused from the next request on.');
    keys.reload();
  };
  return (
    <Card
      title="API keys"
      actions={
        <Button kind="primary" onClick={() => setOpen({ kind: 'create' })}>
          New key
        </Button>
      }
    >
      <QueryNotes of={keys} />
      <Table
        caption="API keys"
        rows={keys.items}
        keyOf={({ id }) => id}
        isLoading={keys.isLoading}
        more={keys.more}
        isLoadingMore={keys.isLoadingMore}
        empty="There are no keys yet."
        columns={[
          { title: 'Name', cell: ({ name }) => <b>{name}</b> },
          { title: 'Key', cell: ({ start }) => <code>{start}…</code> },
          { title: 'Scopes', cell: ({ scopes }) => <span class="clip">{scopes.join(', ')}</span> },
          { title: 'Created', cell: (key) => <Moment at={key.created_at} /> },
          { title: 'State', cell: (key) => <KeyState of={key} /> },
          {
            title: 'Actions',
            isTitleHidden: true,
            cell: (key) =>
              isUsable(key) && (
                <span class="row-actions">
                  <Button
                    kind="quiet"
                    label={`Rotate ${key.name}`}
                    onClick={() => setOpen({ kind: 'rotate', key })}
                  >
                    Rotate
                  </Button>
                  <Button
                    kind="quiet"
                    label={`Revoke ${key.name}`}
                    onClick={() => setOpen({ kind: 'revoke', key })}
                  >
                    Revoke
                  </Button>
                </span>
              ),
          },
        ]}
      />
      {open?.kind === 'create' && <NewKey onMade={show} onClose={close} />}
      {open?.kind === 'rotate' && <RotateKey of={open.key} onMade={show} onClose={close} />}
      {open?.kind === 'show' && (
        <Dialog title="The new key" onClose={close}>
          <Secret label="API key." value={open.secret} />
        </Dialog>
      )}
      {open?.kind === 'revoke' && (
        <Confirm
          title={`Revoke ${open.key.name}?`}
          text="It is refused from the next request on, on every instance. This cannot be undone."
          verb="Revoke"
          isDangerous
          act={() => revoke(open.key.id)}
          onClose={close}
        />
      )}
    </Card>
  );
}

const isOver = ({ expires_at: at }: ApiKey): boolean => at !== null && Date.parse(at) <= Date.now();
const isUsable = (key: ApiKey): boolean => key.revoked_at === null && !isOver(key);

function KeyState({ of: key }: { of: ApiKey }) {
  if (key.revoked_at !== null) return <Badge tone="bad">revoked</Badge>;
  if (isOver(key)) return <Badge tone="warn">expired</Badge>;
  return (
    <>
      <Badge tone="good">{key.environment}</Badge>
      {key.expires_at !== null && (
        <span class="muted">
          {' '}
          ends <Moment at={key.expires_at} />
        </span>
      )}
    </>
  );
}
