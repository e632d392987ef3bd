import { Drawer as Sheet, Skeleton } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useEffect } from 'react';
import type { Answers, Catalogue } from '../api/model';
import type { Filters, Search } from '../filters/search';
import { openingOf } from './opening';
import { closed } from './state';

const load = () => import('./Content');
const Content = lazy(load);

type Props = { catalogue: Catalogue; answers: Answers; filters: Filters; zone: string };

/** Any number of the page, opened: what it means, the rows that made it, and what was left out. */
export function Drawer({ catalogue, answers, filters, zone }: Props) {
  const search = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  useEffect(() => {
    // Fetched while nobody waits, so that the drawer opens at once, and also when the server is away by then.
    const later = setTimeout(() => void load().catch(() => undefined), 1500);
    return () => {
      clearTimeout(later);
    };
  }, []);
  const opening = search.open === undefined ? null : openingOf(search, catalogue, answers, filters);
  const title =
    opening === null ? '' : typeof opening === 'string' ? 'Nothing to open' : opening.metric.title;
  return (
    <Sheet
      opened={opening !== null}
      onClose={() => void navigate({ search: (now: Search) => closed(now), resetScroll: false })}
      position="right"
      size="min(100%, 880px)"
      padding="lg"
      title={title}
      closeButtonProps={{ 'aria-label': 'Close' }}
      transitionProps={{ duration: 120, exitDuration: 0 }}
      overlayProps={{ backgroundOpacity: 0.25 }}
      // Within a dialogue a header is no banner of the page.
      attributes={{ header: { role: 'presentation' } }}
      classNames={{ title: 'drawer-title', content: 'drawer' }}
    >
      {typeof opening === 'string' && <p role="alert">{opening}</p>}
      {opening !== null && typeof opening !== 'string' && (
        <Suspense fallback={<Skeleton height={400} />}>
          <Content opening={opening} every={filters.every} zone={zone} />
        </Suspense>
      )}
    </Sheet>
  );
}
