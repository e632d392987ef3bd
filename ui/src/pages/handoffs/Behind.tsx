import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { useHandoffItems, type Pair } from '../../api/handoffs';
import { Panel } from '../../drawer/Panel';
import { Reproduce } from '../../drawer/Reproduce';
import { useSearchNow, useSetSearch } from '../../filters/address';
import { without } from '../../filters/search';
import { streamQuery, type StreamFilters } from '../../filters/streamFilters';
import { groupText, waitedFor, type Between } from '../../words/groups';
import { counted, countText } from '../../words/numbers';
import { streamAddress, streamCommand } from '../../words/streamcommand';
import { StreamFigure } from '../../words/StreamFigure';
import { HandoffTable } from './HandoffTable';
import { PairTrend } from './PairTrend';
import { closedHandoffs, openOf, type OpenHandoffs } from './reading';

type Props = { pairs: Pair[]; filters: StreamFilters; between: Between; zone: string };

/** The handoffs behind a cell, a band or a reason. */
export function Behind({ pairs, filters, between, zone }: Props) {
  const search = useSearchNow();
  const set = useSetSearch();
  const open = openOf(search);
  return (
    <Panel
      opened={open !== null}
      title={open === null ? '' : titleOf(open)}
      onClose={() => {
        set(closedHandoffs);
      }}
    >
      {open !== null && (
        <Content
          open={open}
          pairs={pairs}
          waiting={search.show === 'waiting'}
          filters={filters}
          between={between}
          zone={zone}
        />
      )}
    </Panel>
  );
}

type ContentProps = Props & { open: OpenHandoffs; waiting: boolean };

function titleOf({ from, to, reason }: OpenHandoffs): string {
  const pair =
    from === undefined && to === undefined
      ? []
      : [
          `${from === undefined ? 'anybody' : groupText(from)} → ${to === undefined ? 'anybody' : groupText(to)}`,
        ];
  const why = reason === undefined ? [] : [`waiting for ${waitedFor(reason)}`];
  const title = [...pair, ...why].join(', ');
  return pair.length === 0 ? title.charAt(0).toUpperCase() + title.slice(1) : title;
}

function Content({ open, waiting, pairs, filters, between, zone }: ContentProps) {
  const set = useSetSearch();
  const { from, to, reason } = open;
  const pair = pairs.find((one) => one.from === from && one.to === to);
  const asking = {
    ...streamQuery(filters),
    between,
    ...(from !== undefined && { from_group: from }),
    ...(to !== undefined && { to_group: to }),
    ...(reason !== undefined && { reason }),
  };
  const query = { ...asking, ...(waiting && { open: true }) };
  return (
    <>
      {pair && reason === undefined && <InShort pair={pair} />}
      <PairTrend query={asking} filters={filters} zone={zone} />
      <SegmentedControl
        size="xs"
        className="part"
        aria-label="Which handoffs are listed"
        value={waiting ? 'waiting' : 'done'}
        data={[
          { value: 'done', label: 'Of finished items' },
          { value: 'waiting', label: 'Waiting now' },
        ]}
        onChange={(show) => {
          set((now) => ({ ...without(now, 'show'), ...(show === 'waiting' && { show }) }));
        }}
      />
      <List query={query} waiting={waiting} zone={zone} />
      <Reproduce
        command={streamCommand('handoffs', asking)}
        list={streamCommand('handoffs', { ...query, items: true })}
        address={streamAddress('handoffs/items', query)}
      />
    </>
  );
}

function InShort({ pair: { from, to, n, wait, total, share, returns } }: { pair: Pair }) {
  const of = `${from}→${to}`;
  return (
    <p className="drawer-value">
      <span className="value">
        <StreamFigure figure="total" of={of} value={total} as="duration" />{' '}
        <span className="unit">of waiting in all</span>
      </span>
      <span className="details">
        <StreamFigure figure="share" of={of} value={share} as="share" /> of the whole lead time;{' '}
        <StreamFigure figure="n" of={of} value={n} as="count" /> {n === 1 ? 'handoff' : 'handoffs'}, half of
        them within <StreamFigure figure="wait.p50" of={of} value={wait.p50} as="duration" />, 85 % within{' '}
        <StreamFigure figure="wait.p85" of={of} value={wait.p85} as="duration" />;{' '}
        <StreamFigure figure="returns" of={of} value={returns} as="count" /> came back to an earlier stage
      </span>
    </p>
  );
}

type ListProps = { query: Parameters<typeof useHandoffItems>[0]; waiting: boolean; zone: string };

function List({ query, waiting, zone }: ListProps) {
  const items = useHandoffItems(query);
  if (items.error) return <p role="alert">{items.error.message}</p>;
  if (!items.data) return <Skeleton height={300} mt="sm" />;
  const found = items.data.pages.flatMap((page) => page.items);
  if (found.length === 0) {
    return (
      <p className="nodata part">
        {waiting ? 'Nothing waits here now.' : 'No such handoffs in this window.'}
      </p>
    );
  }
  return (
    <>
      <HandoffTable handoffs={found} zone={zone} name={waiting ? 'What waits now' : 'The handoffs'} />
      <p className="more" role="status">
        <span>
          {countText(found.length)} of{' '}
          <span className="total">{counted(items.data.pages[0]?.total ?? found.length, 'handoff')}</span>
        </span>
        {items.hasNextPage && (
          <Button
            size="xs"
            variant="default"
            loading={items.isFetchingNextPage}
            onClick={() => void items.fetchNextPage()}
          >
            Load more
          </Button>
        )}
      </p>
    </>
  );
}
