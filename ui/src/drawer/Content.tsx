import './drawer.css';
import { Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMetric } from '../api/hooks';
import type { Metric } from '../api/model';
import { without, type Every, type Search } from '../filters/search';
import { bucketText, lastDay } from '../words/dates';
import { headline } from '../words/figures';
import { counted } from '../words/numbers';
import { Time } from '../words/Time';
import { Details, Unit } from '../pages/overview/ValueCell';
import { Figure } from '../words/Figure';
import { stagesOf } from '../words/stageparts';
import { stageWords } from '../words/stages';
import { Classes } from './Classes';
import { Groups } from './Groups';
import { ItemList } from './ItemList';
import { LeftOutList } from './LeftOutList';
import { addressOf, commandOf, listCommandOf, type Opening } from './opening';
import { Part } from './Part';
import { Reproduce } from './Reproduce';

type Props = { opening: Opening; every: Every; zone: string };

export default function Content({ opening, every, zone }: Props) {
  const { metric, asking, bucket, tab } = opening;
  const navigate = useNavigate({ from: '/' });
  const { metric: id, ...query } = asking;
  // The window's own answer is on the page already; a bucket's is asked, for what it left out.
  const part = useMetric(id, query, bucket !== null || opening.answer === undefined);
  const answer = part.data ?? opening.answer;
  const leftOut = (bucket === null ? answer : part.data)?.left_out;
  const out = leftOut?.reduce((sum, { n }) => sum + n, 0);
  const row = opening.row ?? part.data?.rows[0];
  const where = bucket === null ? { previous: opening.previous } : { every, bucket };
  const choose = (next: string | null) =>
    void navigate({
      search: (search: Search) => ({
        ...without(search, 'tab'),
        ...(next !== null && next !== 'items' && { tab: next }),
      }),
      resetScroll: false,
    });
  return (
    <div data-from={asking.from} data-to={asking.to}>
      <p className="drawer-window">
        {bucket !== null && <>{bucketText(bucket, every, zone)}: </>}
        {opening.previous && 'The period compared with: '}
        <Time at={asking.from} zone={zone} date /> to{' '}
        <Time at={lastDay(asking.to, asking.from).toISOString()} zone={zone} date /> ({zone})
        {(['product', 'team', 'service'] as const).map(
          (name) => asking[name].length > 0 && `; ${name} ${asking[name].join(', ')}`,
        )}
      </p>
      {metric.classed ? (
        <Classes metric={metric} rows={answer?.rows ?? []} where={where} />
      ) : (
        <Value opening={opening} row={row} where={where} />
      )}
      <p className="definition">{withoutTitle(metric)}</p>
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="items">Items</Tabs.Tab>
          <Tabs.Tab value="left-out">
            Left out
            {out !== undefined && (
              <>
                {' '}
                (<Figure metric={metric} figure="left_out" value={out} />)
              </>
            )}
          </Tabs.Tab>
          <Tabs.Tab value="groups">Groups</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="items">
          <Part opening={opening} row={row} where={where} />
          <ItemList opening={{ ...opening, row }} zone={zone} />
        </Tabs.Panel>
        <Tabs.Panel value="left-out">
          <LeftOutList opening={opening} leftOut={leftOut} zone={zone} />
        </Tabs.Panel>
        <Tabs.Panel value="groups">
          <Groups opening={opening} />
        </Tabs.Panel>
      </Tabs>
      <Reproduce command={commandOf(opening)} list={listCommandOf(opening)} address={addressOf(opening)} />
    </div>
  );
}

function Value({
  opening: { metric, stage },
  row,
  where,
}: {
  opening: Opening;
  row: Opening['row'];
  where: { every?: string; bucket?: string; previous?: boolean };
}) {
  const field = headline(metric.shape);
  const part = stage === null ? undefined : stagesOf(row).find((one) => one.id === stage);
  return (
    <>
      <p className="drawer-value">
        <span className="value">
          <Figure metric={metric} figure={field} value={row?.[field]} {...where} />
          <Unit of={metric} row={row} />
        </span>
        {row && <Details of={metric} row={row} where={where} />}
      </p>
      {stage !== null && (
        <p className="drawer-stage">
          <strong>{stageWords(stage).name}</strong>, {stageWords(stage).meaning}:{' '}
          {part === undefined ? (
            'no data'
          ) : (
            <>
              <Figure metric={metric} figure={`stage.${stage}.part`} value={part.part} {...where} /> of the
              mean (
              <Figure metric={metric} figure={`stage.${stage}.share`} value={part.share} {...where} />
              ); median <Figure
                metric={metric}
                figure={`stage.${stage}.p50`}
                value={part.p50}
                {...where}
              />{' '}
              of{' '}
              <Figure metric={metric} figure={`stage.${stage}.n`} value={part.n} {...where}>
                {counted(part.n, 'item')}
              </Figure>{' '}
              that went through it.
            </>
          )}
        </p>
      )}
    </>
  );
}

/** The definition without the title that it begins with, which stands above it. */
function withoutTitle({ title, definition }: Metric): string {
  const rest = definition.startsWith(`${title}: `) ? definition.slice(title.length + 2) : definition;
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
