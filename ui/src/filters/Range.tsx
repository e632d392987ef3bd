import { SegmentedControl } from '@mantine/core';
import { CustomDates } from './CustomDates';
import { defaultFrom, without, type Filters, type Search } from './search';

const ranges = [30, 90, 180, 365].map((days) => ({ value: `${days}d`, label: `${days} d` }));

type Props = {
  filters: Pick<Filters, 'from' | 'to'>;
  zone: string;
  set: (change: (search: Search) => Search) => void;
};

/** The window: one of the usual lengths until now, or dates of one's own. */
export function Range({ filters, zone, set }: Props) {
  const range = filters.to === '' ? filters.from : '';
  return (
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
  );
}
