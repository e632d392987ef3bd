import { Button, Popover } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { windowText } from '../words/dates';
import { shifted } from './days';
import type { Filters, Search } from './search';

// A calendar is heavy, and few open it.
const Calendar = lazy(() => import('./Calendar'));

type Props = {
  filters: Pick<Filters, 'from' | 'to'>;
  zone: string;
  set: (change: (search: Search) => Search) => void;
};

/** People choose the last day that they want to see; the API wants the first that it must not count. */
export function CustomDates({ filters, zone, set }: Props) {
  const [open, setOpen] = useState(false);
  const { from, to } = filters;
  const custom = /^\d{4}-/.test(from);
  const text = custom ? windowText(from, to === '' ? new Date().toISOString() : to, zone) : 'Dates …';
  return (
    <Popover opened={open} onChange={setOpen} trapFocus returnFocus withinPortal>
      <Popover.Target>
        <Button
          size="xs"
          variant={custom ? 'light' : 'default'}
          onClick={() => {
            setOpen(!open);
          }}
        >
          {text}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Choose the first and the last day">
        <Suspense>
          {open && (
            <Calendar
              first={custom ? from.slice(0, 10) : null}
              last={custom && /^\d{4}-\d{2}-\d{2}$/.test(to) ? shifted(to, -1) : null}
              choose={(first, last) => {
                setOpen(false);
                set((search) => ({ ...search, from: first, to: shifted(last, 1) }));
              }}
            />
          )}
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
