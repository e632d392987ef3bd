import { Tabs } from '@mantine/core';
import type { ItemsOfStream, ValueStream } from '../../api/streams';
import { useSearchNow, useSetSearch } from '../../filters/address';
import { without } from '../../filters/search';
import { streamQuery, type StreamFilters } from '../../filters/streamFilters';
import { ItemsOf } from '../../drawer/ItemsOf';
import { Panel } from '../../drawer/Panel';
import { Reproduce } from '../../drawer/Reproduce';
import { lastDay } from '../../words/dates';
import { Time } from '../../words/Time';
import { streamAddress, streamCommand } from './commands';
import { StageFigures } from './StageFigures';
import { closedPanel, panelTabs, type PanelTab } from './state';

const tabWords: Record<PanelTab, string> = {
  done: 'Done',
  open: 'Open now',
  returned: 'Came back',
  excluded: 'Left out',
};

const none: Record<PanelTab, string> = {
  done: 'No items in this window.',
  open: 'Nothing is open here now.',
  returned: 'Nothing came back in this window.',
  excluded: 'Nothing was left out.',
};

type Props = { told: ValueStream; filters: StreamFilters; zone: string };

/** What is behind a box of the map, or behind the whole of it: its figures and the very items. */
export function ItemsPanel({ told, filters, zone }: Props) {
  const search = useSearchNow();
  const set = useSetSearch();
  const stage = told.stages.find((one) => one.stage === search.stage);
  const wrong = problem(search.open, search.stage, search.tab, told);
  const title = stage?.title ?? (search.reason === undefined ? 'Items' : `Items: ${search.reason}`);
  return (
    <Panel
      opened={search.open !== undefined}
      title={wrong === null ? title : 'Nothing to open'}
      onClose={() => {
        set(closedPanel);
      }}
    >
      {wrong !== null && <p role="alert">{wrong}</p>}
      {wrong === null && search.open !== undefined && (
        <>
          <p className="drawer-window">
            <Time at={told.from} zone={zone} date /> to{' '}
            <Time at={lastDay(told.to, told.from).toISOString()} zone={zone} date /> ({zone})
          </p>
          {stage && <StageFigures stage={stage} stages={told.stages} />}
          <Items told={told} filters={filters} zone={zone} />
        </>
      )}
    </Panel>
  );
}

function Items({ told, filters, zone }: Props) {
  const { stage, tab = 'done', reason } = useSearchNow();
  const set = useSetSearch();
  const kind = panelTabs.find((one) => one === tab) ?? 'done';
  const query: ItemsOfStream = {
    ...streamQuery(filters),
    from: told.from,
    to: told.to,
    kind,
    ...(stage !== undefined && { stage }),
    ...(reason !== undefined && { reason }),
  };
  return (
    <>
      <Tabs
        value={kind}
        onChange={(next) => {
          set((search) => ({
            ...without(search, 'tab', ...(kind === 'excluded' ? (['reason'] as const) : [])),
            ...(next !== null && next !== 'done' && { tab: next }),
          }));
        }}
        keepMounted={false}
      >
        <Tabs.List>
          {panelTabs
            .filter((one) => one !== 'excluded' || stage === undefined)
            .map((one) => (
              <Tabs.Tab key={one} value={one}>
                {tabWords[one]}
              </Tabs.Tab>
            ))}
        </Tabs.List>
        <Tabs.Panel value={kind}>
          <ItemsOf query={query} zone={zone} none={none[kind]} />
        </Tabs.Panel>
      </Tabs>
      <Reproduce
        command={streamCommand('stream', filters, told)}
        list={streamCommand('stream-items', filters, told, { stage, kind, reason })}
        address={streamAddress('value-stream', filters, told)}
      />
    </>
  );
}

/** A sentence about what in the address is wrong; null where nothing is. */
function problem(
  open: string | undefined,
  stage: string | undefined,
  tab: string | undefined,
  { stages }: ValueStream,
): string | null {
  if (open === undefined) return null;
  if (open !== 'items') return `“open=${open}” in the address is not understood: there is items.`;
  if (stage !== undefined && !stages.some((one) => one.stage === stage)) {
    return `There is no stage “${stage}” in this stream. There are: ${stages.map((one) => one.stage).join(', ')}.`;
  }
  if (tab !== undefined && !panelTabs.some((one) => one === tab)) {
    return `“tab=${tab}” in the address is not understood: there are ${panelTabs.join(', ')}.`;
  }
  return null;
}
