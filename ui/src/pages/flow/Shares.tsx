import type { FlowTold } from '../../api/flow';
import { HereLink } from '../../filters/HereLink';
import { classText } from '../../words/classes';
import { StreamFigure } from '../../words/StreamFigure';
import { itemsOpened } from './reading';

/** How much of the time somebody worked, and what the work was for. */
export function Shares({ told: { efficiency, distribution } }: { told: FlowTold }) {
  return (
    <section aria-labelledby="efficiency-title" className="block">
      <h2 id="efficiency-title">Work and waiting</h2>
      {efficiency.value === null ? (
        <p className="nodata">no data: nothing was finished in this window</p>
      ) : (
        <>
          <p className="lede">
            Flow efficiency: somebody worked for{' '}
            <HereLink change={(search) => itemsOpened(search, { kind: 'done' })}>
              <strong>
                <StreamFigure figure="efficiency.value" value={efficiency.value} as="ratio" />
              </strong>
            </HereLink>{' '}
            of the time of <StreamFigure figure="efficiency.n" value={efficiency.n} as="count" /> finished
            items.
          </p>
          <div className="stage-bar mini" aria-hidden="true">
            <span className="stage active" style={{ flexGrow: efficiency.value }} />
            <span className="stage waiting" style={{ flexGrow: 1 - efficiency.value }} />
          </div>
        </>
      )}
      <h3>What was finished</h3>
      {distribution.length === 0 ? (
        <p className="nodata">no data</p>
      ) : (
        <table className="stage-table">
          <thead>
            <tr>
              <th scope="col">Class</th>
              <td className="steps" />
              <th scope="col" className="num">
                items
              </th>
              <th scope="col" className="num">
                share
              </th>
            </tr>
          </thead>
          <tbody>
            {distribution.map(({ class: name, n, share }) => (
              <tr key={name ?? ''}>
                <th scope="row">{classText(name)}</th>
                <td className="steps">
                  <span className="active" style={{ width: `${100 * share}%` }} />
                </td>
                <td className="num">
                  <StreamFigure figure="distribution.n" of={name ?? ''} value={n} as="count" />
                </td>
                <td className="num">
                  <StreamFigure figure="distribution.share" of={name ?? ''} value={share} as="share" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
