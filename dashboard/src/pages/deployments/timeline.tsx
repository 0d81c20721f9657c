import { useState } from 'preact/hooks';

import { api, ask } from '../../api/client.js';
import type { Deployment, Environment } from '../../api/types.js';
import { usePages } from '../../hooks/use-pages.js';
import { Badge, State } from '../../ui/badge.js';
import { Button } from '../../ui/button.js';
import { Card } from '../../ui/card.js';
import { Confirm } from '../../ui/confirm.js';
import { Moment } from '../../ui/moment.js';
import { QueryNotes } from '../../ui/query-notes.js';
import { toast } from '../../ui/toasts.js';
import { Statuses } from './statuses.js';

interface TimelineProps {
  environment: Environment;
  onChange: () => void;
}

type Asked = { kind: 'rollback' | 'cancel' | 'statuses'; deployment: Deployment };

const UNDER_WAY = new Set(['pending', 'queued', 'in_progress']);

/** The deployments of one environment, the newest first. */
export function Timeline({ environment, onChange }: TimelineProps) {
  const deployments = usePages<Deployment>(api('deployments', { environment: environment.name, limit: 20 }));
  const [asked, setAsked] = useState<Asked | null>(null);
  const changed = (text: string) => {
    toast(text);
    deployments.reload();
    onChange();
  };
  const act = async ({ kind, deployment }: Asked) => {
    await ask('POST', api(`deployments/${deployment.id}/${kind}`), kind === 'rollback' ? { body: {} } : {});
    changed(
      kind === 'rollback' ? `A rollback of ${deployment.ref} is pending.` : `${deployment.ref} is cancelled.`,
    );
  };
  const { items } = deployments;
  return (
    <Card
      title={`Timeline of ${environment.name}`}
      actions={<Button onClick={deployments.reload}>Refresh</Button>}
    >
      <QueryNotes of={deployments} />
      <ol class="timeline">
        {items.map((deployment) => (
          <Entry
            key={deployment.id}
            deployment={deployment}
            isActive={deployment.id === environment.active_deployment_id}
            onAsk={(kind) => setAsked({ kind, deployment })}
          />
        ))}
      </ol>
      {deployments.more && (
        <div class="more">
          <Button isBusy={deployments.isLoadingMore} onClick={deployments.more}>
            Show more
          </Button>
        </div>
      )}
      {asked?.kind === 'statuses' && <Statuses of={asked.deployment} onClose={() => setAsked(null)} />}
      {asked && asked.kind !== 'statuses' && (
        <Confirm
          title={
            asked.kind === 'rollback'
              ? `Roll back ${asked.deployment.ref}?`
              : `Cancel ${asked.deployment.ref}?`
          }
          text={
            asked.kind === 'rollback'
              ? `A new deployment to ${environment.name} brings back the success before it.`
              : 'Nothing after it is accepted any more.'
          }
          verb={asked.kind === 'rollback' ? 'Roll back' : 'Cancel it'}
          act={() => act(asked)}
          onClose={() => setAsked(null)}
        />
      )}
    </Card>
  );
}

interface EntryProps {
  deployment: Deployment;
  isActive: boolean;
  onAsk: (kind: Asked['kind']) => void;
}

function Entry({ deployment, isActive, onAsk }: EntryProps) {
  const { ref, sha, state, description, rollback_of: rollbackOf, created_at: at } = deployment;
  return (
    <li class={isActive ? 'active' : ''}>
      <div>
        <p>
          <b>{ref}</b> {sha && <code>{sha.slice(0, 7)}</code>} <State state={state} />{' '}
          {isActive && <Badge tone="good">live</Badge>} {rollbackOf && <Badge tone="warn">rollback</Badge>}
        </p>
        <p class="muted">
          {description && `${description} · `}
          <Moment at={at} />
        </p>
      </div>
      <span class="row-actions">
        <Button kind="quiet" label={`History of ${ref}`} onClick={() => onAsk('statuses')}>
          History
        </Button>
        {state === 'success' && (
          <Button kind="quiet" label={`Roll back ${ref}`} onClick={() => onAsk('rollback')}>
            Roll back
          </Button>
        )}
        {UNDER_WAY.has(state) && (
          <Button kind="quiet" label={`Cancel ${ref}`} onClick={() => onAsk('cancel')}>
            Cancel
          </Button>
        )}
      </span>
    </li>
  );
}
