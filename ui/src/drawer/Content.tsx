import './drawer.css';
import { Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useMetric } from '../api/hooks';
import { without, type Every, type Search } from '../filters/search';
import { bucketText, lastDay } from '../words/dates';
import { headline } from '../words/figures';
import { counted } from '../words/numbers';
import { Time } from '../words/Time';
import { Details, Unit } from '../pages/overview/ValueCell';
import { Figure } from '../words/Figure';
import { stagesOf } from '../words/stageparts';
import { stageWords } from '../words/stages';
import { Groups } from './Groups';
import { ItemList } from './ItemList';
import { LeftOutList } from './LeftOutList';
import { addressOf, commandOf, type Opening } from './opening';
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
        {opening.previous && 'The time before: '}
        <Time at={asking.from} zone={zone} date /> to{' '}
        <Time at={lastDay(asking.to, asking.from).toISOString()} zone={zone} date /> ({zone})
        {(['product', 'team', 'service'] as const).map(
          (name) => asking[name].length > 0 && `; ${name} ${asking[name].join(', ')}`,
        )}
      </p>
      <Value opening={opening} every={every} row={opening.row ?? part.data?.rows[0]} />
      <p className="definition">{metric.definition}</p>
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
          <ItemList opening={opening} zone={zone} />
        </Tabs.Panel>
        <Tabs.Panel value="left-out">
          <LeftOutList opening={opening} leftOut={leftOut} zone={zone} />
        </Tabs.Panel>
        <Tabs.Panel value="groups">
          <Groups opening={opening} />
        </Tabs.Panel>
      </Tabs>
      <Reproduce command={commandOf(opening)} address={addressOf(opening)} />
    </div>
  );
}

function Value({
  opening: { metric, bucket, stage, previous },
  every,
  row,
}: {
  opening: Opening;
  every: Every;
  row: Opening['row'];
}) {
  const field = headline(metric.shape);
  const where = bucket === null ? { previous } : { every, bucket };
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
              that have it.
            </>
          )}
        </p>
      )}
    </>
  );
}
