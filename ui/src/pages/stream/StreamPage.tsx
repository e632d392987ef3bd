import './stream.css';
import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useStatus } from '../../api/hooks';
import type { Status } from '../../api/model';
import type { LeftOut } from '../../api/streams';
import { AwayBanner, FirstLoadFailed } from '../../Away';
import { StreamFilterBar } from '../../filters/StreamFilterBar';
import type { StreamFilters } from '../../filters/streamFilters';
import { Wrong } from '../overview/Notices';
import { InWords } from './InWords';
import { LeftOutLine } from './LeftOutLine';
import { StreamNotes } from './StreamNotes';

/** What every answer about a stream has. */
export type Told = {
  from: string;
  to: string;
  received: number; // when it came, in milliseconds by the browser's clock
  notes?: string[] | null;
  left_out?: LeftOut[] | null;
};

type Props<T extends Told> = {
  title: string;
  filters: StreamFilters;
  answer: UseQueryResult<T>;
  controls?: ReactNode; // the page's own, among the filters
  empty?: (told: T) => boolean; // nothing is in the window
  children: (told: T, status: Status) => ReactNode;
};

/** What all pages about streams have around their figures: the filters, what goes wrong, and what was left out. */
export function StreamPage<T extends Told>({ title, filters, answer, controls, empty, children }: Props<T>) {
  const status = useStatus();
  const zone = status.data?.timezone ?? 'UTC';
  return (
    <div className="page">
      <title>{`${title} · Weir`}</title>
      <h1 className="stream-title">{title}</h1>
      <StreamFilterBar filters={filters} zone={zone}>
        {controls}
      </StreamFilterBar>
      {answer.error ? (
        <Wrong sentences={filters.problems} error={answer.error} />
      ) : (
        <Wrong sentences={filters.problems} />
      )}
      {!answer.error && (
        <Figures filters={filters} answer={answer} status={status} empty={empty}>
          {children}
        </Figures>
      )}
    </div>
  );
}

type FiguresProps<T extends Told> = Pick<Props<T>, 'filters' | 'answer' | 'children'> & {
  status: ReturnType<typeof useStatus>;
  empty: Props<T>['empty'] | undefined;
};

function Figures<T extends Told>({ filters, answer, status, empty, children }: FiguresProps<T>) {
  const failed = [status, answer].find((query) => query.data === undefined && query.failureCount > 0);
  if (failed) return <FirstLoadFailed reason={failed.failureReason} retry={() => void failed.refetch()} />;
  if (!status.data || !answer.data) {
    return (
      <div aria-busy="true" aria-label="The figures are on their way" role="status">
        <Skeleton height={420} mt="lg" />
      </div>
    );
  }
  const told = answer.data;
  const zone = status.data.timezone;
  const away = status.failureCount + answer.failureCount > 0;
  // Empty is explained first; what else is good to know stands below what was asked for.
  const isEmpty = empty?.(told) ?? false;
  const notes = <StreamNotes notes={told.notes ?? []} empty={isEmpty} status={status.data} />;
  return (
    <>
      {away && <AwayBanner since={told.received} zone={zone} />}
      <InWords filters={filters} told={told} zone={zone} />
      <div
        className={away || answer.isPlaceholderData ? 'figures stale' : 'figures'}
        aria-busy={answer.isPlaceholderData}
      >
        {isEmpty && notes}
        {children(told, status.data)}
        {!isEmpty && notes}
        <LeftOutLine leftOut={told.left_out ?? []} />
      </div>
    </>
  );
}
