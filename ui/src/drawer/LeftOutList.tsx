import { Skeleton } from '@mantine/core';
import type { Answer } from '../api/model';
import { Figure } from '../words/Figure';
import { ItemList } from './ItemList';
import type { Opening } from './opening';

type Props = { opening: Opening; leftOut: Answer['left_out'] | undefined; zone: string };

/** What the number does not count, by reason, and the items themselves. */
export function LeftOutList({ opening, leftOut, zone }: Props) {
  return (
    <>
      {leftOut === undefined ? (
        <Skeleton height={80} mt="sm" />
      ) : (
        leftOut.length > 0 && (
          <table className="items reasons">
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col" className="num">
                  Items
                </th>
              </tr>
            </thead>
            <tbody>
              {leftOut.map(({ reason, n }) => (
                <tr key={reason}>
                  <th scope="row">{reason}</th>
                  <td className="num">
                    <Figure metric={opening.metric} figure="left_out" group={reason} value={n} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      )}
      <ItemList opening={opening} zone={zone} excluded />
    </>
  );
}
