import { MultiSelect } from '@mantine/core';
import { useProducts, useServices, useTeams } from '../api/hooks';
import { without, type Filters, type Search } from './search';

type Props = {
  filters: Pick<Filters, 'product' | 'team' | 'service'>;
  set: (change: (search: Search) => Search) => void;
};

/** Which products, teams and services are counted: as many kinds as there are. */
export function GroupSelects({ filters, set }: Props) {
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
