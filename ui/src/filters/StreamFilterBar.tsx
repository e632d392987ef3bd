import { NativeSelect } from '@mantine/core';
import type { ReactNode } from 'react';
import { useStreams } from '../api/streams';
import { useSetSearch } from './address';
import { GroupSelects } from './GroupSelects';
import { Range } from './Range';
import { without } from './search';
import { clocks, usualStream, type StreamFilters } from './streamFilters';

const clockWords = { elapsed: 'all hours', working: 'working hours' };

type Props = { filters: StreamFilters; zone: string; children?: ReactNode };

/** The controls of a page about streams, and the page's own among them. The address alone is what the page reads. */
export function StreamFilterBar({ filters, zone, children }: Props) {
  const set = useSetSearch();
  return (
    <search className="filters no-print" aria-label="Filters">
      <Range filters={filters} zone={zone} set={set} />
      <Streams filters={filters} />
      {children}
      <NativeSelect
        size="xs"
        label="Clock"
        value={filters.clock}
        data={clocks.map((value) => ({ value, label: clockWords[value] }))}
        onChange={({ currentTarget: { value } }) => {
          set((search) => ({ ...without(search, 'clock'), ...(value !== 'elapsed' && { clock: value }) }));
        }}
      />
      <GroupSelects filters={filters} set={set} />
    </search>
  );
}

/** Which stream, where there is more than one. Its stages are its own, and what is open of them closes. */
function Streams({ filters: { stream } }: { filters: StreamFilters }) {
  const set = useSetSearch();
  const streams = useStreams().data?.streams ?? [];
  const data = streams.map((one) => ({ value: one.stream, label: one.title }));
  if (!data.some(({ value }) => value === stream)) data.push({ value: stream, label: stream });
  if (data.length < 2) return null;
  return (
    <NativeSelect
      size="xs"
      label="Stream"
      value={stream}
      data={data}
      onChange={({ currentTarget: { value } }) => {
        set((search) => ({
          ...without(search, 'stream', 'stage', 'change', 'open', 'tab', 'reason'),
          ...(value !== usualStream && { stream: value }),
        }));
      }}
    />
  );
}
