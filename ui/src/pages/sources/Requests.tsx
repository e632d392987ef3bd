import { Progress } from '@mantine/core';
import type { Source } from '../../api/model';
import { Ago, usePast, type Clock } from '../../words/Ago';
import { Count } from '../../words/Count';
import { statusText } from './standings';

type Props = { requests: Source['requests']; clock: Clock };

/** What was asked of the source since the server started, and how much more may be. */
export function Requests({ requests, clock }: Props) {
  const place = (status: string) => Number(status) || Infinity; // without a whole answer: last
  const statuses = Object.entries(requests.by_status ?? {}).sort(([a], [b]) => place(a) - place(b));
  return (
    <div>
      {statuses.length === 0 ? (
        <>
          <h3 className="part-title">Requests</h3>
          <p className="nodata">None over HTTP since the server started.</p>
        </>
      ) : (
        <table className="counts">
          <caption className="part-title">Requests since the start</caption>
          <thead>
            <tr>
              <th scope="col">Status</th>
              <th scope="col" className="num">
                Requests
              </th>
            </tr>
          </thead>
          <tbody>
            {statuses.map(([status, n]) => (
              <tr key={status}>
                <th scope="row">
                  {status !== '0' && <span className="status-code">{status}</span>} {statusText(status)}
                </th>
                <td className="num">
                  <Count value={n} />
                </td>
              </tr>
            ))}
          </tbody>
          {statuses.length > 1 && (
            <tfoot>
              <tr>
                <th scope="row">in all</th>
                <td className="num">
                  <Count value={requests.count} />
                </td>
              </tr>
            </tfoot>
          )}
        </table>
      )}
      <Budget requests={requests} clock={clock} />
    </div>
  );
}

function Budget({ requests: { limit, remaining, reset }, clock }: Props) {
  const over = usePast(reset, clock);
  if (limit === null || remaining === null) return null;
  return (
    <div className="budget">
      <div aria-hidden="true">
        <Progress value={limit > 0 ? (100 * remaining) / limit : 0} size="sm" transitionDuration={0} />
      </div>
      <p>
        <Count value={remaining} /> of <Count value={limit} /> requests left
        {reset !== null && !over && (
          <>
            ; all of them again <Ago at={reset} clock={clock} />
          </>
        )}
        {over && ' when it was last asked; the limit began anew since'}
      </p>
    </div>
  );
}
