import { Button, Slider } from '@mantine/core';
import { useState } from 'react';
import { afterDone, useWhatIf, type ValueStream, type WhatIf as Answer } from '../../api/streams';
import { useSetSearch } from '../../filters/address';
import { without } from '../../filters/search';
import type { StreamQuery } from '../../filters/streamFilters';
import { sentenceText } from '../../words/sentences';
import { StreamFigure } from '../../words/StreamFigure';
import { figureNames, figureWords, type FigureName } from './map';
import { changed, changeTexts, type Changes } from './state';

type Props = { told: ValueStream; query: StreamQuery; changes: Changes; figure: FigureName };

/** What the whole stream would gain if some waits were shorter: asked of the items themselves, not of the averages. */
export function WhatIf({ told, query, changes, figure }: Props) {
  const set = useSetSearch();
  const answer = useWhatIf(query, changeTexts(changes));
  const found = changes.size > 0 ? answer.data : undefined;
  const waiting = told.stages.filter(
    ({ stage, waiting: { mean } }) => stage !== afterDone && (mean ?? 0) > 0,
  );
  return (
    <section aria-labelledby="what-if-title" className="what-if">
      <div className="section-head">
        <h2 id="what-if-title">What if the work waited less?</h2>
        <Button
          size="compact-xs"
          variant="default"
          className="no-print"
          disabled={changes.size === 0}
          onClick={() => {
            set((search) => without(search, 'change'));
          }}
        >
          Reset
        </Button>
      </div>
      <p className="lede">
        Set how much of a stage’s wait is left. Each item’s own way is computed again, then the percentiles.
      </p>
      {answer.error && changes.size > 0 && <p role="alert">{sentenceText(answer.error.message, 'UTC')}</p>}
      {waiting.length === 0 && <p className="nodata">no data: nothing waited in this window</p>}
      <div className="sliders">
        {waiting.map((stage) => (
          <Wait
            key={stage.stage}
            stage={stage}
            kept={changes.get(stage.stage) ?? 1}
            changed={found?.stages.find((one) => one.stage === stage.stage)}
            figure={figure}
            choose={(kept) => {
              set((search) => changed(search, changes, stage.stage, kept));
            }}
          />
        ))}
      </div>
      <div role="status" aria-busy={answer.isFetching && changes.size > 0} className="what-if-result">
        {found ? (
          <Result found={found} />
        ) : (
          changes.size === 0 && <p className="nodata">Nothing is changed yet.</p>
        )}
      </div>
    </section>
  );
}

type WaitProps = {
  stage: ValueStream['stages'][number];
  kept: number;
  changed: Answer['stages'][number] | undefined;
  figure: FigureName;
  choose: (kept: number) => void;
};

function Wait({ stage, kept, changed: now, figure, choose }: WaitProps) {
  // While it is dragged it is not asked for, and the address stays.
  const [dragged, setDragged] = useState<number | null>(null);
  const { stage: of } = stage;
  const percent = dragged ?? Math.round(kept * 100);
  return (
    <div className="slider">
      <span className="slider-name">{stage.title}</span>
      <Slider
        className="no-print"
        size="sm"
        min={0}
        max={100}
        step={5}
        value={percent}
        label={null}
        thumbLabel={`How much of the wait in ${stage.title} is left, in per cent`}
        onChange={setDragged}
        onChangeEnd={(value) => {
          setDragged(null);
          choose(value / 100);
        }}
      />
      <output className="slider-percent">{percent} %</output>
      <span className="slider-figures">
        {kept < 1 && now !== undefined ? (
          <>
            in it{' '}
            <StreamFigure
              figure={`stage.before.${figure}`}
              of={of}
              value={now.before[figure]}
              as="duration"
            />
            {' → '}
            <StreamFigure figure={`stage.after.${figure}`} of={of} value={now.after[figure]} as="duration" />
          </>
        ) : (
          <>
            waits{' '}
            <StreamFigure figure={`waiting.${figure}`} of={of} value={stage.waiting[figure]} as="duration" />
          </>
        )}
      </span>
    </div>
  );
}

function Result({ found }: { found: Answer }) {
  const longest = Math.max(found.before.p85 ?? 0, found.before.mean ?? 0) || 1;
  return (
    <>
      <p className="gain">
        Gained:{' '}
        <strong>
          <StreamFigure figure="gain.item_days_per_week" value={found.gain.item_days_per_week} as="rate" />
        </strong>{' '}
        item-days of waiting a week,{' '}
        <StreamFigure figure="gain.item_days" value={found.gain.item_days} as="rate" /> in this window, over{' '}
        <StreamFigure figure="whatif.n" value={found.n} as="count" /> items.
      </p>
      <table className="before-after">
        <thead>
          <tr>
            <th scope="col">Lead time</th>
            <td aria-hidden="true" />
            <th scope="col" className="num">
              as it is
            </th>
            <th scope="col" className="num">
              then
            </th>
            <th scope="col" className="num">
              change
            </th>
          </tr>
        </thead>
        <tbody>
          {figureNames.map((name) => {
            const [before, after] = [found.before[name], found.after[name]];
            const less = before === null || after === null || before === 0 ? null : (after - before) / before;
            return (
              <tr key={name}>
                <th scope="row">{figureWords[name]}</th>
                <td className="before-after-bar" aria-hidden="true">
                  <span style={{ width: `${(100 * (before ?? 0)) / longest}%` }} />
                  <span className="then" style={{ width: `${(100 * (after ?? 0)) / longest}%` }} />
                </td>
                <td className="num">
                  <StreamFigure figure={`before.${name}`} value={before} as="duration" />
                </td>
                <td className="num">
                  <StreamFigure figure={`after.${name}`} value={after} as="duration" />
                </td>
                <td className="num">
                  <StreamFigure figure={`less.${name}`} value={less} as="share" />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </>
  );
}
