import { useCallback, useMemo } from 'react';
import { Link, useNavigate } from '@tanstack/react-router';
import type { AgeingItem, FlowTold } from '../../api/flow';
import { ageingOption, isLate, type Aged } from '../../charts/ageing';
import type { Click } from '../../charts/Drawing';
import { ItemLink } from '../../drawer/ItemLink';
import { carried, type Search } from '../../filters/search';
import { groupText } from '../../words/groups';
import { counted } from '../../words/numbers';
import { StreamFigure } from '../../words/StreamFigure';
import { Chart } from './Chart';
import { itemsOpened } from './reading';
import { stagesOf } from './stages';

const listed = 8; // late items before somebody opens them all

/** What is under way, by stage and age: what is older than 85 % of the finished ones is about to be late. */
export function Ageing({ told }: { told: FlowTold }) {
  const { ageing, cumulative } = told;
  const navigate = useNavigate();
  const option = useMemo(() => {
    const stages = stagesOf(cumulative, ageing.items);
    return ageingOption(ageing.items, stages, ageing.percentiles);
  }, [ageing, cumulative]);
  const open = useCallback(
    ({ data }: Click) => {
      const { item } = data as Partial<Aged>;
      if (item) {
        void navigate({ to: '/item', search: (search: Search) => ({ ...carried(search), item: item.item }) });
      }
    },
    [navigate],
  );
  const late = ageing.items.filter((item) => isLate(item, ageing.percentiles));
  return (
    <section aria-labelledby="ageing-title" className="block">
      <h2 id="ageing-title">Ageing work</h2>
      <p className="lede">
        Each item under way in its stage, as high as it is old; the lines say how soon the finished ones were
        done.
        {ageing.n > ageing.items.length && <> The {ageing.items.length} oldest are drawn.</>}
      </p>
      {ageing.n === 0 ? (
        <p className="nodata">nothing is under way now</p>
      ) : (
        <>
          <Chart option={option} height={300} open={open} />
          <h3>Older than 85 % of the finished ones</h3>
          {ageing.percentiles.p85 === null ? (
            <p className="nodata">no data: nothing was finished in this window</p>
          ) : late.length === 0 ? (
            <p className="nodata">none</p>
          ) : (
            <LateTable late={late} />
          )}
        </>
      )}
    </section>
  );
}

function LateTable({ late }: { late: AgeingItem[] }) {
  return (
    <>
      <table className="items flat late" aria-label="Items older than 85 % of the finished ones">
        <thead>
          <tr>
            <th scope="col">Item</th>
            <th scope="col">Now with</th>
            <th scope="col" className="num">
              Under way
            </th>
          </tr>
        </thead>
        <tbody>
          {late.slice(0, listed).map((item) => (
            <tr key={item.item}>
              <td>
                <span className="item-name">
                  <ItemLink item={item.item}>{item.title === '' ? item.item : item.title}</ItemLink>
                  {item.title !== '' && <span className="details">{item.item}</span>}
                </span>
              </td>
              <td>
                {groupText(item.owner)}
                <span className="details">
                  in {item.stage} for{' '}
                  <StreamFigure figure="item.in_stage" of={item.item} value={item.in_stage} as="duration" />
                </span>
              </td>
              <td className="num">
                <StreamFigure figure="item.age" of={item.item} value={item.age} as="duration" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="more">
        <span>
          {Math.min(listed, late.length)} of {counted(late.length, 'item')}
        </span>
        <Link
          to="."
          search={(search: Search) => itemsOpened(search, { kind: 'open' })}
          resetScroll={false}
          className="no-print"
        >
          All that is under way
        </Link>
      </p>
    </>
  );
}
