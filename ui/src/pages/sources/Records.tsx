import type { Source } from '../../api/model';
import { Count } from '../../words/Count';
import { recordsOf } from './standings';

/** What came of it, by kind. */
export function Records({ source }: { source: Source }) {
  const rows = recordsOf(source);
  if (rows.length === 0) {
    return (
      <div>
        <h3 className="part-title">Records</h3>
        <p className="nodata">
          {source.last_start === null
            ? 'None: it was not collected since the server started.'
            : `None since the server started${source.last_error === '' ? ': there was nothing new' : ''}.`}
        </p>
      </div>
    );
  }
  const someDeleted = rows.some(({ deleted }) => deleted > 0);
  return (
    <table className="counts">
      <caption className="part-title">Records written</caption>
      <thead>
        <tr>
          <th scope="col">Kind</th>
          <th scope="col" className="num">
            {source.running ? 'This run, so far' : 'Latest run'}
          </th>
          {someDeleted && (
            <th scope="col" className="num">
              Deleted by it
            </th>
          )}
          <th scope="col" className="num">
            Since the start
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ kind, latest, deleted, total }) => (
          <tr key={kind}>
            <th scope="row">{kind}</th>
            <td className="num">
              <Count value={latest} />
            </td>
            {someDeleted && (
              <td className="num">
                <Count value={deleted} />
              </td>
            )}
            <td className="num">
              <Count value={total} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
