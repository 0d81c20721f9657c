import type { Host } from '../../../config/connections/connection-text.js';

/** A master that holds slots. `host` null: its address is not known. */
export interface ClusterMaster {
  id: string;
  host: Host | null;
  /** Grows with each promotion and each move of slots. */
  epoch: number;
  ranges: readonly (readonly [first: number, last: number])[];
}

/** What one node knows of its cluster. */
export interface ClusterView {
  /** The node that was asked. */
  id: string;
  /** Sorted by their ids. */
  masters: readonly ClusterMaster[];
  /** Equal for equal owners of all slots, with equal epochs. */
  signature: string;
}

/**
 * The reply to CLUSTER NODES of the node at `asked`. Prefers host names to addresses if `isTls`, because certificates
 * name them. Null: it is not such a reply.
 */
export function parseClusterNodes(text: string, asked: Host, isTls: boolean): ClusterView | null {
  let id: string | null = null;
  const masters: ClusterMaster[] = [];
  for (const line of text.split('\n')) {
    const [name = '', address = '', flagText = '', , , , epoch = '', , ...slots] = line.trim().split(' ');
    const flags = flagText.split(',');
    const isAsked = flags.includes('myself');
    if (isAsked) id = name;
    const ranges = slots.map(rangeOf).filter((range) => range !== null);
    if (!flags.includes('master') || ranges.length === 0) continue;
    const host = hostOf(address, isTls) ?? (isAsked ? asked : null);
    masters.push({ id: name, host, epoch: Number(epoch), ranges });
  }
  if (id === null) return null;
  masters.sort((a, b) => (a.id < b.id ? -1 : 1));
  return { id, masters, signature: masters.map(signatureOf).join(' ') };
}

const signatureOf = ({ id, epoch, ranges }: ClusterMaster): string =>
  `${id}@${epoch}:${ranges.map((range) => range.join('-')).join(',')}`;

/** `0-5460` or `5461`. Null for a slot that is being moved, such as `[93->-id]`, which its owner holds until then. */
function rangeOf(text: string): readonly [number, number] | null {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  return first === undefined ? null : [Number(first), Number(last)];
}

/** `ip:port@busPort,name`. A node that has heard of no other does not know its address. */
function hostOf(text: string, isTls: boolean): Host | null {
  const [, ip = '', port = '', name = ''] = /^(.*):(\d+)(?:@\d+)?(?:,([^,]*))?/.exec(text) ?? [];
  const chosen = isTls && name !== '' ? name : ip;
  return chosen === '' || Number(port) === 0 ? null : { name: chosen, port: Number(port) };
}

/**
 * The view that more than half of the masters in it share. Null: there is none. Of two, which a moment of a promotion
 * may have, the one with the newest epoch.
 */
export function agreedView(views: readonly ClusterView[]): ClusterView | null {
  const bySignature = Map.groupBy(views, ({ signature }) => signature);
  const agreed = [...bySignature.values()].flatMap((alike) => {
    const [view] = alike;
    const saying = new Set(alike.map(({ id }) => id));
    if (!view || view.masters.filter(({ id }) => saying.has(id)).length * 2 <= view.masters.length) return [];
    return [withKnownHosts(view, alike)];
  });
  return agreed.toSorted((a, b) => newest(b) - newest(a))[0] ?? null;
}

const newest = ({ masters }: ClusterView): number => Math.max(...masters.map(({ epoch }) => epoch));

/** The address of a node as another node knows it, because a node may know its own only in part. */
function withKnownHosts(view: ClusterView, alike: readonly ClusterView[]): ClusterView {
  const masters = view.masters.map((master, index) => {
    const others = alike.filter(({ id }) => id !== master.id);
    const hosts = [...others, ...alike].map((other) => other.masters[index]?.host ?? null);
    return { ...master, host: hosts.find((host) => host !== null) ?? null };
  });
  return { ...view, masters };
}
