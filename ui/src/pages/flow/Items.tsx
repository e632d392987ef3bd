import { SegmentedControl } from '@mantine/core';
import type { FlowTold } from '../../api/flow';
import { ItemsOf } from '../../drawer/ItemsOf';
import { Panel } from '../../drawer/Panel';
import { Reproduce } from '../../drawer/Reproduce';
import { useSearchNow, useSetSearch } from '../../filters/address';
import { streamQuery } from '../../filters/streamFilters';
import { bucketText } from '../../words/dates';
import { streamAddress, streamCommand } from '../../words/streamcommand';
import {
  bucketWindow,
  closedItems,
  itemsOpened,
  kinds,
  openItems,
  type FlowRead,
  type OpenItems,
} from './reading';

const kindWords = { done: 'Finished', open: 'Under way', returned: 'Came back', excluded: 'Left out' };
const none = {
  done: 'No items were finished here in this window.',
  open: 'Nothing is here now.',
  returned: 'Nothing came back.',
  excluded: 'Nothing was left out.',
};

type Props = { told: FlowTold; read: FlowRead; zone: string };

/** The items behind a figure of the page. */
export function Items({ told, read, zone }: Props) {
  const open = openItems(useSearchNow());
  const set = useSetSearch();
  return (
    <Panel
      opened={open !== null}
      title={open === null ? '' : titleOf(open, told, read, zone)}
      onClose={() => {
        set(closedItems);
      }}
    >
      {open !== null && <Content open={open} told={told} read={read} zone={zone} />}
    </Panel>
  );
}

function titleOf(
  { kind, stage, bucket }: OpenItems,
  told: FlowTold,
  { every }: FlowRead,
  zone: string,
): string {
  const title = told.cumulative.stages.find((one) => one.stage === stage)?.title ?? stage;
  const parts = [
    kindWords[kind],
    ...(title === undefined ? [] : [title]),
    ...(bucket === undefined ? [] : [bucketText(bucket, every, zone)]),
  ];
  return parts.join(': ');
}

function Content({ open, told, read, zone }: Props & { open: OpenItems }) {
  const set = useSetSearch();
  const { kind, stage, reason, bucket } = open;
  const window =
    bucket === undefined
      ? undefined
      : bucketWindow(
          bucket,
          told.throughput.map((one) => one.bucket),
          told,
        );
  if (window === null) {
    return (
      <p role="alert">
        “bucket={bucket}” is not the start of a {read.every} in this window.
      </p>
    );
  }
  const query = {
    ...streamQuery(read.filters),
    ...window,
    kind,
    ...(stage !== undefined && { stage }),
    ...(reason !== undefined && { reason }),
  };
  return (
    <>
      <SegmentedControl
        size="xs"
        className="part"
        aria-label="Which items are listed"
        value={kind}
        data={kinds.map((value) => ({ value, label: kindWords[value] }))}
        onChange={(next) => {
          const chosen = kinds.find((one) => one === next) ?? 'done';
          set((search) => itemsOpened(search, { ...open, kind: chosen }));
        }}
      />
      <ItemsOf query={query} zone={zone} none={none[kind]} />
      <Reproduce
        command={streamCommand('flow', { ...streamQuery(read.filters), every: read.every })}
        list={streamCommand('stream-items', query)}
        address={streamAddress('stream/items', query)}
      />
    </>
  );
}
