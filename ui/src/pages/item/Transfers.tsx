import type { Timeline } from '../../api/timeline';
import { groupText, waitedFor } from '../../words/groups';
import { StreamFigure } from '../../words/StreamFigure';
import { Time } from '../../words/Time';
import { returnText } from './returns';

/** Who handed it to whom, how long the receiver took to begin, and where it was sent back from. */
export function Transfers({ told: { handoffs, returns }, zone }: { told: Timeline; zone: string }) {
  return (
    <>
      <section aria-labelledby="transfers-title" className="block">
        <h2 id="transfers-title">Handoffs</h2>
        {handoffs.length === 0 ? (
          <p className="nodata">It never changed hands.</p>
        ) : (
          <table className="items flat transfers">
            <thead>
              <tr>
                <th scope="col">From → to</th>
                <th scope="col">Handed over</th>
                <th scope="col" className="num">
                  Waited
                </th>
              </tr>
            </thead>
            <tbody>
              {handoffs.map((one) => (
                <tr key={`${one.at} ${one.from} ${one.to}`}>
                  <td>
                    {groupText(one.from)} → {groupText(one.to)}
                    <span className="details">
                      for {waitedFor(one.reason)}
                      {one.return && ', back to an earlier stage'}
                    </span>
                  </td>
                  <td>
                    <Time at={one.at} zone={zone} />
                  </td>
                  <td className="num">
                    <StreamFigure figure="handoff.wait" of={one.at} value={one.wait} as="duration" />
                    {one.received_at === null && <span className="details">still waits</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )}
      </section>
      {returns.length > 0 && (
        <section aria-labelledby="returns-title" className="block">
          <h2 id="returns-title">What came back</h2>
          <ul className="item-list">
            {returns.map((one) => (
              <li key={`${one.stage} ${one.at ?? ''} ${one.record_id}`}>
                what left {one.stage}
                {one.from !== null && <>, from {one.from}</>}
                {one.at !== null && (
                  <>
                    , <Time at={one.at} zone={zone} />
                  </>
                )}
                <span className="details">
                  {returnText(one.rule)}
                  {one.record !== null && (
                    <>
                      : {one.record.replaceAll('_', ' ')} {one.record_id}
                    </>
                  )}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
