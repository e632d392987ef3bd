import { MultiSelect, NativeSelect, SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useProducts, useServices, useTeams } from '../api/hooks';
import type { Catalogue } from '../api/model';
import { editions, usualEdition } from '../words/benchmarks';
import { CustomDates } from './CustomDates';
import { compares, defaultFrom, everys, without, type Filters, type Search } from './search';

const ranges = [30, 90, 180, 365].map((days) => ({ value: `${days}d`, label: `${days} d` }));

const compareWords = { previous: 'the period before', year: 'the year before', none: 'nothing' };

type Props = { filters: Filters; catalogue: Catalogue | undefined; zone: string };

/** The page's controls. They write the address, and the address alone is what the page reads. */
export function FilterBar({ filters, catalogue, zone }: Props) {
  const navigate = useNavigate({ from: '/' });
  const set = (change: (search: Search) => Search) => void navigate({ search: change, resetScroll: false });
  const range = filters.to === '' ? filters.from : '';
  const years = catalogue ? editions(catalogue) : [];
  return (
    <search className="filters no-print" aria-label="Filters">
      <div className="control">
        <span className="control-label" id="range-label">
          Range
        </span>
        <div className="range">
          <SegmentedControl
            size="xs"
            aria-labelledby="range-label"
            data={ranges}
            value={range}
            onChange={(from) => {
              set((search) => ({ ...without(search, 'to', 'from'), ...(from !== defaultFrom && { from }) }));
            }}
          />
          <CustomDates filters={filters} zone={zone} set={set} />
        </div>
      </div>
      <NativeSelect
        size="xs"
        label="Compared with"
        value={filters.compare}
        data={compares.map((value) => ({ value, label: compareWords[value] }))}
        onChange={({ currentTarget: { value } }) => {
          set((search) => ({
            ...without(search, 'compare'),
            ...(value !== 'previous' && { compare: value }),
          }));
        }}
      />
      <NativeSelect
        size="xs"
        label="By"
        value={filters.every}
        data={everys.map((value) => ({ value, label: value }))}
        onChange={({ currentTarget: { value } }) => {
          set((search) => ({ ...search, every: value }));
        }}
      />
      <Groups filters={filters} set={set} />
      <NativeSelect
        size="xs"
        label="Benchmark"
        value={String(filters.benchmark ?? (catalogue ? usualEdition(catalogue) : '') ?? '')}
        data={years.map(String)}
        onChange={({ currentTarget: { value } }) => {
          set((search) => ({ ...search, benchmark: value }));
        }}
      />
    </search>
  );
}

function Groups({ filters, set }: { filters: Filters; set: (change: (search: Search) => Search) => void }) {
  const names = {
    product: useProducts().data?.map(({ name }) => name),
    team: useTeams().data?.map(({ name }) => name),
    service: useServices().data?.map(({ name }) => name),
  };
  const shown = (['product', 'team', 'service'] as const).filter(
    (kind) => names[kind]?.length !== 0 || filters[kind].length > 0,
  );
  return (
    <>
      {shown.map((kind) => (
        <MultiSelect
          key={kind}
          size="xs"
          className="group-select"
          label={kind.charAt(0).toUpperCase() + kind.slice(1)}
          placeholder={filters[kind].length === 0 ? 'all' : ''}
          data={[...new Set([...(names[kind] ?? []), ...filters[kind]])]}
          value={filters[kind]}
          onChange={(chosen) => {
            set((search) => ({ ...without(search, kind), ...(chosen.length > 0 && { [kind]: chosen }) }));
          }}
          searchable
          clearable
          hidePickedOptions
          limit={200}
          nothingFoundMessage={`no such ${kind}`}
          clearButtonProps={{ 'aria-label': `Clear ${kind}` }}
        />
      ))}
    </>
  );
}
