import type { HandoffReason } from '../../api/handoffs';
import { HereLink } from '../../filters/HereLink';
import { waitedFor } from '../../words/groups';
import { StreamFigure } from '../../words/StreamFigure';
import { reasonOpened } from './reading';

/** What the receivers were waited for. */
export function Reasons({ reasons }: { reasons: HandoffReason[] }) {
  if (reasons.length === 0) return null;
  const most = Math.max(...reasons.map(({ total }) => total)) || 1;
  return (
    <section aria-labelledby="reasons-title" className="block">
      <h2 id="reasons-title">What was waited for</h2>
      <div className="scroll">
        <table className="stage-table handoff-table">
          <thead>
            <tr>
              <th scope="col">Waiting for</th>
              <td className="steps" />
              <th scope="col" className="num">
                in all
              </th>
              <th scope="col" className="num">
                of lead time
              </th>
              <th scope="col" className="num">
                handoffs
              </th>
              <th scope="col" className="num wide">
                half within
              </th>
              <th scope="col" className="num wide">
                85 % within
              </th>
            </tr>
          </thead>
          <tbody>
            {reasons.map(({ reason, n, wait, total, share }) => (
              <tr key={reason}>
                <th scope="row">
                  <HereLink change={(search) => reasonOpened(search, reason)}>{waitedFor(reason)}</HereLink>
                </th>
                <td className="steps">
                  <span className="waiting" style={{ width: `${(100 * total) / most}%` }} />
                </td>
                <td className="num">
                  <StreamFigure figure="reason.total" of={reason} value={total} as="duration" />
                </td>
                <td className="num">
                  <StreamFigure figure="reason.share" of={reason} value={share} as="share" />
                </td>
                <td className="num">
                  <StreamFigure figure="reason.n" of={reason} value={n} as="count" />
                </td>
                <td className="num wide">
                  <StreamFigure figure="reason.wait.p50" of={reason} value={wait.p50} as="duration" />
                </td>
                <td className="num wide">
                  <StreamFigure figure="reason.wait.p85" of={reason} value={wait.p85} as="duration" />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
