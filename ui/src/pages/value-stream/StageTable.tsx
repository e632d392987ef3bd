import type { Stage } from '../../api/streams';
import { StreamFigure } from '../../words/StreamFigure';
import { figureWords, type FigureName, type MapModel } from './map';
import { StageLink } from './StageLink';

type Props = { stages: Stage[]; model: MapModel };

/** The map in figures, for whoever wants to read them in a column, or cannot see the drawing. */
export function StageTable({ stages, model: { figure, stages: marks } }: Props) {
  return (
    <div className="scroll">
      <table className="stage-figures">
        <caption>The stages in figures ({figureWords[figure]} of the items that were in them)</caption>
        <thead>
          <tr>
            <th scope="col">Stage</th>
            <th scope="col">Owner</th>
            {['Waiting', 'Process', 'Lead', 'Share of all', '%C&A', 'WIP now', 'at the start'].map((name) => (
              <th key={name} scope="col" className="num">
                {name}
              </th>
            ))}
            <th scope="col" className="num" title="Items that come and go on an average day">
              In and out a day
            </th>
            <th scope="col" className="num">
              n
            </th>
          </tr>
        </thead>
        <tbody>
          {stages.map((stage, i) => (
            <Line key={stage.stage} stage={stage} figure={figure} mark={marks[i]} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({
  stage,
  figure,
  mark,
}: {
  stage: Stage;
  figure: FigureName;
  mark: MapModel['stages'][number] | undefined;
}) {
  const { stage: of } = stage;
  const duration = (name: 'waiting' | 'process' | 'lead') => (
    <StreamFigure figure={`${name}.${figure}`} of={of} value={mark?.[name]} as="duration" />
  );
  return (
    <tr className={stage.side ? 'side' : ''}>
      <th scope="row">
        <StageLink stage={of}>{stage.title}</StageLink>
        {stage.side && <span className="details">a visit to another group</span>}
        {mark?.constraint === true && <span className="details mark">the constraint: the longest wait</span>}
        {mark?.growing === true && <span className="details mark">where work piles up</span>}
      </th>
      <td>{mark?.owner ?? <span className="nodata">unknown</span>}</td>
      <td className="num">{duration('waiting')}</td>
      <td className="num">{duration('process')}</td>
      <td className="num">{duration('lead')}</td>
      <td className="num">
        <StreamFigure figure="share" of={of} value={stage.share} as="share" />
      </td>
      <td className="num">
        <StreamFigure figure="accuracy.value" of={of} value={stage.accuracy.value} as="ratio" />
      </td>
      <td className="num">
        <StreamFigure figure="wip" of={of} value={stage.wip} as="count" />
      </td>
      <td className="num">
        <StreamFigure figure="wip_then" of={of} value={stage.wip_then} as="count" />
      </td>
      <td className="num">
        <StreamFigure figure="arrivals_per_day" of={of} value={stage.arrivals_per_day} as="rate" /> /{' '}
        <StreamFigure figure="departures_per_day" of={of} value={stage.departures_per_day} as="rate" />
      </td>
      <td className="num">
        <StreamFigure figure="n" of={of} value={stage.n} as="count" />
      </td>
    </tr>
  );
}
