import type { Handoff } from '../../api/handoffs';
import { ItemLink } from '../../drawer/ItemLink';
import { groupText, waitedFor } from '../../words/groups';
import { StreamFigure } from '../../words/StreamFigure';
import { Time } from '../../words/Time';

type Props = { handoffs: Handoff[]; zone: string; name: string };

/** Single handoffs: who waited for whom, for what, how long; each leads to its item. */
export function HandoffTable({ handoffs, zone, name }: Props) {
  return (
    <table className="items flat handoffs" aria-label={name}>
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col">From → to</th>
          <th scope="col">Handed over</th>
          <th scope="col" className="num">
            Waited
          </th>
        </tr>
      </thead>
      <tbody>
        {handoffs.map((one) => (
          <tr key={`${one.item} ${one.at} ${one.from} ${one.to}`}>
            <td>
              <span className="item-name">
                <ItemLink item={one.item}>{one.title === '' ? one.item : one.title}</ItemLink>
                <span className="details">
                  {one.title !== '' && one.item}
                  {one.url !== null && one.url !== '' && (
                    <>
                      {' · '}
                      <a href={one.url} target="_blank" rel="noreferrer">
                        open in its tool
                      </a>
                    </>
                  )}
                </span>
              </span>
            </td>
            <td>
              {groupText(one.from)} → {groupText(one.to)}
              <span className="details">for {waitedFor(one.reason)}</span>
            </td>
            <td>
              <Time at={one.at} zone={zone} />
            </td>
            <td className="num">
              <StreamFigure figure="handoff.wait" of={one.item} value={one.wait} as="duration" />
              {one.open && <span className="details">still waiting</span>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
