import type { Metric, Row } from '../api/model';
import { classText } from '../words/classes';
import { Figure } from '../words/Figure';

type Props = {
  metric: Metric;
  rows: Row[];
  where: { every?: string; bucket?: string; previous?: boolean };
};

/** The share of each class, which stand in the place of a single value. */
export function Classes({ metric, rows, where }: Props) {
  return (
    <div className="scroll">
      <table className="items reasons">
        <thead>
          <tr>
            <th scope="col">class</th>
            <th scope="col" className="num">
              share
            </th>
            <th scope="col" className="num">
              95 % from
            </th>
            <th scope="col" className="num">
              to
            </th>
            <th scope="col" className="num">
              items
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.class ?? ''}>
              <th scope="row">{classText(row.class)}</th>
              {(['value', 'low', 'high', 'numerator'] as const).map((figure) => (
                <td key={figure} className="num">
                  <Figure metric={metric} figure={figure} value={row[figure]} class={row.class} {...where} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
