import type { Timeline, TimelineChange } from '../../api/timeline';
import { Time } from '../../words/Time';

/** The changes that belong to it, how that is known, and which deployments delivered them. */
export function Changes({ told: { changes }, zone }: { told: Timeline; zone: string }) {
  return (
    <section aria-labelledby="changes-title" className="block">
      <h2 id="changes-title">Changes and their deliveries</h2>
      {changes.length === 0 ? (
        <p className="nodata">No change is known that belongs to it.</p>
      ) : (
        <ul className="item-list">
          {changes.map((change) => (
            <li key={change.id}>
              <Name change={change} />
              <span className="details">
                {change.rule !== null && <>linked by: {change.rule.replaceAll('_', ' ')}; </>}
                {change.merged_at === null ? (
                  'not merged'
                ) : (
                  <>
                    merged <Time at={change.merged_at} zone={zone} />
                  </>
                )}
              </span>
              {change.delivered.length === 0 ? (
                <span className="details">no delivery to production is known</span>
              ) : (
                change.delivered.map(({ service, environment, deployment, finished_at: at }) => (
                  <span key={`${service} ${environment} ${deployment}`} className="details">
                    {service}: deployment {deployment} to {environment}, <Time at={at} zone={zone} />
                  </span>
                ))
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Name({ change: { id, title, url } }: { change: TimelineChange }) {
  const name = title === '' ? id : title;
  return (
    <>
      {url === null || url === '' ? (
        name
      ) : (
        <a href={url} target="_blank" rel="noreferrer">
          {name}
        </a>
      )}
      {name !== id && <span className="details">{id}</span>}
    </>
  );
}
