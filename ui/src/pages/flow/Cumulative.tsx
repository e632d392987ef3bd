import { useMemo } from 'react';
import type { FlowTold } from '../../api/flow';
import { bandsOf, cumulativeOption, type Band } from '../../charts/cumulative';
import { dayText } from '../../charts/days';
import { useSearchNow } from '../../filters/address';
import { HereLink } from '../../filters/HereLink';
import { without } from '../../filters/search';
import { StreamFigure } from '../../words/StreamFigure';
import { AsTable } from './AsTable';
import { Chart } from './Chart';
import { itemsOpened } from './reading';

/** How many items are in each stage, day by day: a band that gets thicker is where work piles up. */
export function Cumulative({ told: { cumulative } }: { told: FlowTold }) {
  const underWay = useSearchNow().show === 'under-way';
  const bands = useMemo(() => bandsOf(cumulative, underWay), [cumulative, underWay]);
  const option = useMemo(() => cumulativeOption(bands, cumulative.days), [bands, cumulative.days]);
  return (
    <section aria-labelledby="cumulative-title" className="block">
      <div className="section-head">
        <h2 id="cumulative-title">Cumulative flow</h2>
        <HereLink
          className="no-print"
          change={(search) => (underWay ? without(search, 'show') : { ...search, show: 'under-way' })}
        >
          {underWay ? 'With backlog and done' : 'Only what is under way'}
        </HereLink>
      </div>
      <p className="lede">
        Items in each stage at the end of each day. A band that grows is where work piles up.
      </p>
      {bands.length === 0 ? (
        <p className="nodata">no items in this window</p>
      ) : (
        <>
          <Chart option={option} height={260} />
          <Legend bands={bands} />
          <AsTable of="Cumulative flow by day">{() => <Rows bands={bands} days={cumulative.days} />}</AsTable>
        </>
      )}
    </section>
  );
}

/** The bands' names from the top down, as they are drawn; each opens what is in it now. */
function Legend({ bands }: { bands: Band[] }) {
  return (
    <ul className="band-legend">
      {[...bands].reverse().map(({ stage, title, now, colour }) => (
        <li key={stage}>
          <span className="swatch" style={{ background: colour }} aria-hidden="true" />
          <HereLink
            change={(search) =>
              itemsOpened(search, stage === 'done' ? { kind: 'done' } : { kind: 'open', stage })
            }
          >
            {title} <StreamFigure figure="cumulative.now" of={stage} value={now} as="count" />
          </HereLink>
        </li>
      ))}
    </ul>
  );
}

function Rows({ bands, days }: { bands: Band[]; days: string[] }) {
  const shown = [...bands].reverse();
  return (
    <table className="stage-table">
      <thead>
        <tr>
          <th scope="col">Day</th>
          {shown.map(({ stage, title }) => (
            <th key={stage} scope="col" className="num">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {days.map((day, i) => (
          <tr key={day}>
            <th scope="row">{dayText(day)}</th>
            {shown.map(({ stage, n }) => (
              <td key={stage} className="num">
                <StreamFigure figure={`cumulative.${stage}`} of={day} value={n[i]} as="count" />
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
