import { NativeSelect } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Catalogue } from '../api/model';
import { editions, usualEdition } from '../words/benchmarks';
import { GroupSelects } from './GroupSelects';
import { Range } from './Range';
import { compares, everys, without, type Filters, type Search } from './search';

const compareWords = { previous: 'the period before', year: 'the year before', none: 'nothing' };

type Props = { filters: Filters; catalogue: Catalogue | undefined; zone: string };

/** The page's controls. They write the address, and the address alone is what the page reads. */
export function FilterBar({ filters, catalogue, zone }: Props) {
  const navigate = useNavigate({ from: '/' });
  const set = (change: (search: Search) => Search) => void navigate({ search: change, resetScroll: false });
  const years = catalogue ? editions(catalogue) : [];
  return (
    <search className="filters no-print" aria-label="Filters">
      <Range filters={filters} zone={zone} set={set} />
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
      <GroupSelects filters={filters} set={set} />
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
