import './value-stream.css';
import { SegmentedControl } from '@mantine/core';
import { useRef } from 'react';
import { useStreams, useValueStream, type ValueStream as Answer } from '../../api/streams';
import { useSearchNow, useSetSearch } from '../../filters/address';
import { without } from '../../filters/search';
import { readStreamFilters, streamQuery, type StreamFilters } from '../../filters/streamFilters';
import { windowText } from '../../words/dates';
import { countText } from '../../words/numbers';
import { chosenText } from '../stream/chosen';
import { StreamPage } from '../stream/StreamPage';
import { ItemsPanel } from './ItemsPanel';
import { figureNames, figureWords, mapOf, readFigure, type FigureName } from './map';
import { MapDrawing } from './MapDrawing';
import { MapList } from './MapList';
import { Reasons } from './Reasons';
import { StageTable } from './StageTable';
import { readChanges, type Changes } from './state';
import { TakeAway } from './TakeAway';
import { Told } from './Told';
import { WhatIf } from './WhatIf';

/** The value stream map: measured, with the constraint marked, and what a shorter wait would gain. */
export function ValueStream() {
  const search = useSearchNow();
  const filters = readStreamFilters(search);
  const figure = readFigure(search.figure, filters.problems);
  const changes = readChanges(search, filters.problems);
  const answer = useValueStream(streamQuery(filters));
  return (
    <StreamPage
      title="Value stream"
      filters={filters}
      answer={answer}
      controls={<FigureSwitch figure={figure} />}
      empty={({ items }) => items.n === 0}
    >
      {(told, { timezone }) => (
        <>
          <Shown told={told} filters={filters} figure={figure} changes={changes} zone={timezone} />
          <ItemsPanel told={told} filters={filters} zone={timezone} />
        </>
      )}
    </StreamPage>
  );
}

type Props = { told: Answer; filters: StreamFilters; figure: FigureName; changes: Changes; zone: string };

function Shown({ told, filters, figure, changes, zone }: Props) {
  const map = useRef<SVGSVGElement>(null);
  const title = useStreams().data?.streams.find(({ stream }) => stream === told.stream)?.title ?? told.stream;
  if (told.stages.length === 0 || told.items.n + told.items.open === 0) return null;
  const model = mapOf(told, figure);
  const caption = [
    `Value stream: ${title}`,
    windowText(told.from, told.to, zone),
    chosenText(filters),
    `${figureWords[figure]} of ${countText(told.items.n)} items`,
  ].join(' · ');
  const name = `value-stream-${told.stream}-${told.from.slice(0, 10)}`;
  return (
    <>
      <Told told={told} />
      <section aria-labelledby="map-title" className="map-section">
        <div className="section-head">
          <h2 id="map-title">The map</h2>
          <TakeAway map={map} name={name} />
        </div>
        <div className="map-scroll">
          <MapDrawing model={model} caption={caption} ref={map} />
        </div>
        <MapList model={model} />
        <p className="source">
          Each stage’s figures are of the items that were in it; the totals are of all items. Medians and
          percentiles do not add up, and of means only those of stages that every item goes through.
        </p>
      </section>
      <div className="stream-columns">
        <Reasons reasons={told.reasons} />
        <WhatIf told={told} query={streamQuery(filters)} changes={changes} figure={figure} />
      </div>
      <StageTable stages={told.stages} model={model} />
    </>
  );
}

function FigureSwitch({ figure }: { figure: FigureName }) {
  const set = useSetSearch();
  return (
    <div className="control">
      <span className="control-label" id="figure-label">
        Figures
      </span>
      <SegmentedControl
        size="xs"
        aria-labelledby="figure-label"
        data={figureNames.map((value) => ({ value, label: figureWords[value] }))}
        value={figure}
        onChange={(value) => {
          set((search) => ({ ...without(search, 'figure'), ...(value !== 'p50' && { figure: value }) }));
        }}
      />
    </div>
  );
}
