import type { Ref } from 'react';
import { countText } from '../../words/numbers';
import { ladderPath, ladderStep, layoutOf, pad, type Layout } from './layout';
import { figureWords, type MapModel } from './map';
import { exactly, ink, line, quiet, share, time } from './mapStyle';
import { MapStage } from './MapStage';

type Props = { model: MapModel; caption: string; ref: Ref<SVGSVGElement> };

/**
 * The map as facilitators draw it. It is a picture: what it says stands in the table below too, which is what keyboards
 * and screen readers get. All is written in attributes, so that the same drawing can be taken away as a file.
 */
export function MapDrawing({ model, caption, ref }: Props) {
  const layout = layoutOf(model);
  return (
    <svg
      ref={ref}
      className="map"
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      width={layout.width}
      height={layout.height}
      style={{ maxWidth: layout.width * 1.7 }}
      fontFamily="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
      fontSize={11.5}
      fill={ink}
      aria-hidden="true"
    >
      <defs>
        <pattern
          id="waiting"
          width={5}
          height={5}
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <rect width={5} height={5} fill="var(--wait-soft)" />
          <rect width={1.4} height={5} fill="var(--wait)" />
        </pattern>
        <marker id="arrow" viewBox="0 0 8 8" refX={7} refY={4} markerWidth={7} markerHeight={7} orient="auto">
          <path d="M0 0L8 4L0 8z" fill={line} />
        </marker>
      </defs>
      <text x={pad} y={17} fontSize={12.5} fontWeight={600}>
        {caption}
      </text>
      <Flow layout={layout} />
      {layout.stages.map((stage) => (
        <MapStage key={stage.stage} stage={stage} />
      ))}
      <Ladder layout={layout} />
      <Totals layout={layout} model={model} />
      <Key layout={layout} model={model} />
    </svg>
  );
}

/** The lines on which work goes from box to box, and the ways to the groups beside them. */
function Flow({ layout: { ways } }: { layout: Layout }) {
  return (
    <g stroke={line} strokeWidth={1.2} fill="none">
      {ways.map(({ path, side }) => (
        <path key={path} d={path} strokeDasharray={side ? '4 3' : undefined} markerEnd="url(#arrow)" />
      ))}
    </g>
  );
}

function Ladder({ layout: { ladder, stages } }: { layout: Layout }) {
  return (
    <g textAnchor="middle" fontSize={11}>
      <path d={ladderPath(ladder)} fill="none" stroke={ink} strokeWidth={1.3} />
      {ladder.steps.map(({ wait, process }, i) => {
        const stage = stages[i];
        if (!stage) return null;
        return (
          <g key={stage.stage}>
            <text x={(wait[0] + wait[1]) / 2} y={ladder.top - 5}>
              {time(stage.waiting)}
            </text>
            <text x={(process[0] + process[1]) / 2} y={ladder.top + ladderStep + 14} fontWeight={550}>
              {time(stage.process)}
            </text>
          </g>
        );
      })}
    </g>
  );
}

function Totals({ layout: { totals, width }, model }: { layout: Layout; model: MapModel }) {
  const cells = [
    ['Lead time', exactly(model.lead)],
    ['Process time', exactly(model.process)],
    ['Waiting time', exactly(model.waiting)],
    ['Activity ratio', share(model.activity)],
    ['Rolled %C&A', share(model.accuracy)],
    ['Scrap rate', share(model.scrap)],
    ['Items done', countText(model.n)],
    ['Work in progress', countText(model.open)],
  ] as const;
  const room = (width - 2 * pad) / cells.length;
  return (
    <g>
      <line x1={pad} x2={width - pad} y1={totals} y2={totals} stroke="var(--hair)" />
      {cells.map(([name, value], i) => (
        <g key={name}>
          <text x={pad + i * room} y={totals + 20} fontSize={11} fill={quiet}>
            {name}
          </text>
          <text x={pad + i * room} y={totals + 42} fontSize={18} fontWeight={600}>
            {value}
          </text>
        </g>
      ))}
    </g>
  );
}

function Key({ layout: { key }, model: { figure } }: { layout: Layout; model: MapModel }) {
  return (
    <text x={pad} y={key + 8} fontSize={10.5} fill={quiet}>
      Triangles: the wait in a stage. PT: process time. LT: lead time through the stage. C&amp;A: left for
      good, complete and accurate.
      <tspan x={pad} dy={14}>
        WIP: in it now. n: items that were in it. Times: {figureWords[figure]}.
      </tspan>
    </text>
  );
}
