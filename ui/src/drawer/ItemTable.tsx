import { Fragment, useState } from 'react';
import type { Item, Metric } from '../api/model';
import { classText } from '../words/classes';
import { Figure } from '../words/Figure';
import { endWord } from '../words/items';
import { ratioWords, ruleWords } from '../words/rules';
import { stageWords } from '../words/stages';
import { Time } from '../words/Time';
import { ItemDetails } from './ItemDetails';
import { rulesOf, secondsIn } from './items';

type TableProps = { metric: Metric; items: Item[]; zone: string; stage: string | null; excluded: boolean };

/** A row an item; each opens into its stages and its evidence. */
export function ItemTable({ metric, items, zone, stage, excluded }: TableProps) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (key: string) => {
    const next = new Set(open);
    if (!next.delete(key)) next.add(key);
    setOpen(next);
  };
  const last = lastColumn(metric, excluded);
  const columns = 3 + (stage === null ? 0 : 1) + (last === null ? 0 : 1);
  const number = !excluded && metric.shape === 'duration' ? 'num' : 'reason';
  return (
    <table className="items">
      <thead>
        <tr>
          <th scope="col">Item</th>
          <th scope="col">Service</th>
          <th scope="col">{excluded ? 'End' : endWord(metric.id)}</th>
          {stage !== null && (
            <th scope="col" className="num">
              {stageWords(stage).name}
            </th>
          )}
          {last !== null && (
            <th scope="col" className={number}>
              {last}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {items.map((item) => {
          const key = `${item.kind} ${item.id} ${item.service ?? ''} ${item.environment ?? ''}`;
          const isOpen = open.has(key);
          return (
            <Fragment key={key}>
              <tr>
                <td>
                  <div className="item-cell">
                    <button
                      type="button"
                      className="expand"
                      aria-expanded={isOpen}
                      onClick={() => {
                        toggle(key);
                      }}
                    >
                      <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span>
                      <span className="visually-hidden">Stages and evidence of {item.id}</span>
                    </button>
                    <Name item={item} />
                  </div>
                </td>
                <td>{(item.services ?? [item.service ?? '(none)']).join(', ')}</td>
                <td>
                  {item.end == null ? (
                    <span className="nodata">not yet</span>
                  ) : (
                    <Time at={item.end} zone={zone} />
                  )}
                </td>
                {stage !== null && (
                  <td className="num">
                    <StageTime metric={metric} item={item} stage={stage} />
                  </td>
                )}
                {last !== null && (
                  <td className={number}>
                    {excluded ? item.excluded : <Value metric={metric} item={item} />}
                  </td>
                )}
              </tr>
              {isOpen && (
                <tr className="expanded">
                  <td colSpan={columns}>
                    <ItemDetails metric={metric} item={item} zone={zone} />
                  </td>
                </tr>
              )}
            </Fragment>
          );
        })}
      </tbody>
    </table>
  );
}

function Name({ item }: { item: Item }) {
  const title = item.title === '' ? item.id : item.title;
  return (
    <span className="item-name">
      {item.url == null ? (
        title
      ) : (
        <a href={item.url} target="_blank" rel="noreferrer">
          {title}
        </a>
      )}
      {title !== item.id && <span className="details">{item.id}</span>}
    </span>
  );
}

/** A rate counts its items all alike: there is nothing more to say of each. */
function lastColumn({ id, shape, classed }: Metric, excluded: boolean): string | null {
  if (excluded) return 'Left out because';
  if (classed) return 'Class';
  return shape === 'rate' ? null : shape === 'ratio' ? ratioWords(id).because : 'Took';
}

/** The rules that put an item into a ratio's numerator: what a team wants to talk about. */
function Why({ metric, item }: { metric: Metric; item: Item }) {
  if (item.value !== 1) return <span className="nodata">{ratioWords(metric.id).not}</span>;
  return (
    <ul className="why">
      {rulesOf(item).map((rule) => (
        <li key={rule} title={ruleWords(rule).meaning}>
          {ruleWords(rule).name}
        </li>
      ))}
    </ul>
  );
}

function Value({ metric, item }: { metric: Metric; item: Item }) {
  if (metric.classed) return classText(item.class);
  if (metric.shape === 'ratio') return <Why metric={metric} item={item} />;
  return <Figure metric={metric} figure="item" value={item.value} item={item.id} />;
}

function StageTime({ metric, item, stage }: { metric: Metric; item: Item; stage: string }) {
  const seconds = secondsIn(item, stage);
  if (seconds === null) return <span className="nodata">–</span>;
  return <Figure metric={metric} figure={`item.${stage}`} value={seconds} item={item.id} />;
}
