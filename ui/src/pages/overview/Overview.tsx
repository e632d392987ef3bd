import { useSearch } from '@tanstack/react-router';
import { AwayBanner, FirstLoadFailed } from '../../Away';
import { Drawer } from '../../drawer/Drawer';
import { useAnswers, useCatalogue, useStatus } from '../../api/hooks';
import type { Catalogue, Metric, Status } from '../../api/model';
import { answersQuery, keyOf, keys } from '../../filters/asks';
import { FilterBar } from '../../filters/FilterBar';
import { FiltersInWords } from '../../filters/FiltersInWords';
import { readFilters, type Filters } from '../../filters/search';
import { usualEdition } from '../../words/benchmarks';
import { Notes, Wrong } from './Notices';
import { KeysGrid } from './KeysGrid';
import { Sentence } from './Sentence';
import { Waiting } from './Waiting';
import { StageBar } from './StageBar';
import { Together } from './Together';
import { Way } from './Way';

export function Overview() {
  const filters = readFilters(useSearch({ from: '/' }));
  const status = useStatus();
  const catalogue = useCatalogue();
  const answers = useAnswers(answersQuery(filters)); // at once, and not after the catalogue
  const failed = [status, catalogue].find((query) => query.data === undefined && query.failureCount > 0);
  return (
    <div className="page">
      <title>Overview · Weir</title>
      <h1 className="visually-hidden">Overview</h1>
      <FilterBar filters={filters} catalogue={catalogue.data} zone={status.data?.timezone ?? 'UTC'} />
      {failed && <FirstLoadFailed reason={failed.failureReason} retry={() => void failed.refetch()} />}
      {!failed && !(status.data && catalogue.data) && <Waiting />}
      {status.data && catalogue.data && (
        <Figures
          filters={filters}
          status={status.data}
          catalogue={catalogue.data}
          answers={answers}
          away={status.failureCount > 0}
        />
      )}
    </div>
  );
}

type Props = {
  filters: Filters;
  status: Status;
  catalogue: Catalogue;
  answers: ReturnType<typeof useAnswers>;
  away: boolean;
};

function Figures({ filters, status, catalogue, answers, away }: Props) {
  const search = useSearch({ from: '/' });
  const metrics = keys
    .map(({ id }) => catalogue.metrics.find((metric) => metric.id === id))
    .filter((metric): metric is Metric => metric !== undefined);
  const problems = <Wrong sentences={filters.problems} />;
  if (answers.error) return <Wrong sentences={filters.problems} error={answers.error} />;
  if (!answers.data) {
    if (answers.failureCount === 0) return <Waiting />;
    return <FirstLoadFailed reason={answers.failureReason} retry={() => void answers.refetch()} />;
  }
  const zone = status.timezone;
  const found = metrics.map((metric) => keyOf(metric, answers.data));
  const isAway = away || answers.failureCount > 0;
  const lead = found.find((key) => key.metric.staged);
  const edition = filters.benchmark ?? usualEdition(catalogue);
  const shared = { every: filters.every, zone, asTable: search.table !== undefined };
  return (
    <>
      {problems}
      {isAway && <AwayBanner since={answers.data.received} zone={zone} />}
      <FiltersInWords filters={filters} answers={answers.data} zone={zone} />
      <div
        className={isAway || answers.isPlaceholderData ? 'figures stale' : 'figures'}
        aria-busy={answers.isPlaceholderData}
      >
        <Notes keys={found} status={status} />
        <Sentence keys={found} answers={answers.data} compare={filters.compare} zone={zone} />
        <Way />
        <div className="columns">
          <div>
            <KeysGrid
              keys={found}
              compared={answers.data.compared}
              compare={filters.compare}
              catalogue={catalogue}
              edition={edition}
              {...shared}
            />
            {lead && <StageBar lead={lead} />}
          </div>
          <Together keys={found} {...shared} />
        </div>
      </div>
      <Drawer catalogue={catalogue} answers={answers.data} filters={filters} zone={zone} />
    </>
  );
}
