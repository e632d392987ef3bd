import type { Item, Metric } from '../api/model';
import { durationText } from '../words/durations';
import { Figure } from '../words/Figure';
import { ruleWords } from '../words/rules';
import { stageWords } from '../words/stages';
import { Time } from '../words/Time';
import { lengthOf } from './items';

/** One item's intervals, as a bar and as times, and the records and rules that counted it. */
export function ItemDetails({ metric, item, zone }: { metric: Metric; item: Item; zone: string }) {
  const stages = item.stages ?? [];
  const evidence = item.evidence ?? [];
  return (
    <div className="item-details">
      <p className="details">
        {item.kind}
        {item.environment !== undefined && item.environment !== '' && <> in {item.environment}</>}
        {item.start != null && (
          <>
            , from <Time at={item.start} zone={zone} />
          </>
        )}
        {item.end != null && (
          <>
            {' '}
            to <Time at={item.end} zone={zone} />
          </>
        )}
      </p>
      {stages.length > 0 && (
        <>
          <div className="stage-bar mini" aria-hidden="true">
            {stages.map((interval) => (
              <span
                key={`${interval.stage} ${interval.start}`}
                className={`stage ${interval.class}`}
                style={{ flexGrow: lengthOf(interval) }}
                title={`${stageWords(interval.stage).name}: ${durationText(lengthOf(interval))}`}
              />
            ))}
          </div>
          <table className="intervals">
            <thead>
              <tr>
                <th scope="col">Stage</th>
                <th scope="col">Owner</th>
                <th scope="col">From</th>
                <th scope="col" className="num">
                  Took
                </th>
              </tr>
            </thead>
            <tbody>
              {stages.map((interval) => (
                <tr key={`${interval.stage} ${interval.start}`}>
                  <th scope="row">
                    <span className={`swatch ${interval.class}`} aria-hidden="true" />
                    {stageWords(interval.stage).name}
                    <span className="visually-hidden"> ({interval.class})</span>
                  </th>
                  <td>{interval.owner ?? '(none)'}</td>
                  <td>
                    <Time at={interval.start} zone={zone} />
                  </td>
                  <td className="num">
                    <Figure
                      metric={metric}
                      figure={`item.${interval.stage}`}
                      value={lengthOf(interval)}
                      item={item.id}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      {evidence.length > 0 && (
        <>
          <h3>Evidence</h3>
          <ul>
            {evidence.map(({ rule, record, id }) => (
              <li key={`${rule} ${record} ${id}`}>
                <code>{rule}</code>: {record} <code>{id}</code>
                {ruleWords(rule).meaning !== '' && <span className="details">{ruleWords(rule).meaning}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      {stages.length === 0 && evidence.length === 0 && (
        <p className="nodata">No stages and no evidence are known of this item.</p>
      )}
    </div>
  );
}
