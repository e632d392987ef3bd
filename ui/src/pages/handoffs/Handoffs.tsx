import '../../drawer/drawer.css';
import '../block.css';
import './handoffs.css';
import { NativeSelect } from '@mantine/core';
import { useHandoffs, type HandoffsTold } from '../../api/handoffs';
import type { Status } from '../../api/model';
import { useSearchNow, useSetSearch } from '../../filters/address';
import { without } from '../../filters/search';
import { streamQuery, type StreamFilters } from '../../filters/streamFilters';
import { betweens, betweenWords, type Between } from '../../words/groups';
import { StreamPage } from '../stream/StreamPage';
import { Behind } from './Behind';
import { HandoffTable } from './HandoffTable';
import { Matrix } from './Matrix';
import { PairTable } from './PairTable';
import { readHandoffs } from './reading';
import { Reasons } from './Reasons';
import { Sankey } from './Sankey';
import { Sentence } from './Sentence';

/** Who waits for whom: the transfers of work between groups, and how long the receivers took to begin. */
export function Handoffs() {
  const { filters, between } = readHandoffs(useSearchNow());
  const query = { ...streamQuery(filters), between };
  const answer = useHandoffs(query);
  return (
    <StreamPage
      title="Handoffs"
      filters={filters}
      answer={answer}
      controls={<BetweenSelect between={between} />}
      empty={({ items }) => items === 0}
    >
      {(told, status) => <Figures told={told} filters={filters} between={between} status={status} />}
    </StreamPage>
  );
}

function BetweenSelect({ between }: { between: Between }) {
  const set = useSetSearch();
  return (
    <NativeSelect
      size="xs"
      label="Between"
      value={between}
      data={betweens.map((value) => ({ value, label: betweenWords[value].name }))}
      onChange={({ currentTarget: { value } }) => {
        set((search) => ({
          ...without(search, 'between', 'from_group', 'to_group'),
          ...(value !== 'groups' && { between: value }),
        }));
      }}
    />
  );
}

type Props = { told: HandoffsTold; filters: StreamFilters; between: Between; status: Status };

function Figures({ told, filters, between, status }: Props) {
  const zone = status.timezone;
  const handed = told.pairs.filter(({ n }) => n > 0); // the others only wait now, and stand in the table
  return (
    <>
      {handed.length > 0 && (
        <>
          <Sentence told={told} />
          <div className="handoff-columns">
            <Matrix pairs={handed} between={between} />
            <Sankey pairs={handed} />
          </div>
        </>
      )}
      <div className="handoff-columns">
        <div>
          <Reasons reasons={told.reasons.filter(({ n }) => n > 0)} />
          <PairTable pairs={told.pairs} />
        </div>
        <section aria-labelledby="worst-title" className="block">
          <h2 id="worst-title">The longest single waits</h2>
          <p className="lede">Of the items that were finished, and of those that still wait.</p>
          {told.worst.length === 0 ? (
            <p className="nodata">no waits in this window</p>
          ) : (
            <HandoffTable handoffs={told.worst} zone={zone} name="The longest single waits" />
          )}
        </section>
      </div>
      <Behind pairs={told.pairs} filters={filters} between={between} zone={zone} />
    </>
  );
}
