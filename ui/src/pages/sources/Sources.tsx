import './sources.css';
import { Skeleton } from '@mantine/core';
import { useSources, useStatus } from '../../api/hooks';
import { AwayBanner, FirstLoadFailed } from '../../Away';
import { NoSources } from './NoSources';
import { SourceCard } from './SourceCard';
import { summary } from './standings';

/** What Weir collects from, and how that goes. */
export function Sources() {
  const status = useStatus();
  const sources = useSources();
  const failed = [status, sources].find((query) => query.data === undefined && query.failureCount > 0);
  return (
    <div className="page">
      <title>Sources · Weir</title>
      <h1 className="sources-title">Sources</h1>
      {failed && <FirstLoadFailed reason={failed.failureReason} retry={() => void failed.refetch()} />}
      {!failed && !(status.data && sources.data) && (
        <div aria-busy="true" aria-label="The sources are on their way" role="status">
          <Skeleton height={300} mt="lg" />
        </div>
      )}
      {status.data && sources.data && (
        <Known
          told={sources.data}
          zone={status.data.timezone}
          simulated={status.data.simulated}
          away={status.failureCount + sources.failureCount > 0}
        />
      )}
    </div>
  );
}

type Props = {
  told: NonNullable<ReturnType<typeof useSources>['data']>;
  zone: string;
  simulated: boolean;
  away: boolean;
};

function Known({ told: { sources, received, ahead }, zone, simulated, away }: Props) {
  return (
    <>
      {away && <AwayBanner since={received} zone={zone} />}
      {sources.length === 0 ? (
        <NoSources simulated={simulated} />
      ) : (
        <>
          <p className="sources-summary">
            {summary(sources)}{' '}
            <span className="sources-hint">
              Times are those of {zone}; counts begin with the server’s start.
            </span>
          </p>
          <div className={away ? 'sources figures stale' : 'sources figures'}>
            {sources.map((source) => (
              <SourceCard key={source.name} source={source} clock={{ zone, ahead }} away={away} />
            ))}
          </div>
        </>
      )}
    </>
  );
}
