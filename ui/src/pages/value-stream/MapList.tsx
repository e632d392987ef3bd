import { StreamFigure } from '../../words/StreamFigure';
import type { MapModel, MapStage } from './map';
import { StageLink } from './StageLink';

/** The same map for a narrow screen: from top to bottom, each wait above the stage that it is in. */
export function MapList({ model }: { model: MapModel }) {
  const all = (figure: string, value: number | null, as: 'duration' | 'share' | 'count') => (
    <dd>
      <StreamFigure figure={figure} value={value} as={as} />
    </dd>
  );
  return (
    <div className="map-list">
      <ol>
        {model.stages.map((stage) => (
          <li key={stage.stage} className={stage.side ? 'side' : ''}>
            <Step stage={stage} figure={model.figure} longest={model.longest} />
          </li>
        ))}
      </ol>
      <dl className="map-totals">
        <dt>Lead time</dt>
        {all(`lead.${model.figure}`, model.lead, 'duration')}
        <dt>Process time</dt>
        {all(`process.${model.figure}`, model.process, 'duration')}
        <dt>Activity ratio</dt>
        {all('activity_ratio', model.activity, 'share')}
        <dt>Rolled %C&amp;A</dt>
        {all('rolled_accuracy', model.accuracy, 'share')}
        <dt>Scrap rate</dt>
        {all('scrap.value', model.scrap, 'share')}
        <dt>Work in progress</dt>
        {all('open', model.open, 'count')}
      </dl>
    </div>
  );
}

type StepProps = { stage: MapStage; figure: string; longest: number };

function Step({ stage, figure, longest }: StepProps) {
  const { stage: of } = stage;
  const marks = [
    ...(stage.constraint ? ['constraint'] : []),
    ...(stage.growing ? ['work piles up'] : []),
    ...(stage.side ? ['a visit to another group'] : []),
  ];
  return (
    <>
      <p className="map-wait">
        <span
          className="waiting swatch"
          style={{ width: `${Math.max(2, longest > 0 ? (60 * (stage.waiting ?? 0)) / longest : 0)}%` }}
          aria-hidden="true"
        />
        waits <StreamFigure figure={`waiting.${figure}`} of={of} value={stage.waiting} as="duration" />
      </p>
      <div className={stage.constraint ? 'map-card constraint' : 'map-card'}>
        <p className="map-card-title">
          <StageLink stage={of}>{stage.title}</StageLink> <span>{stage.owner ?? 'owner unknown'}</span>
        </p>
        {marks.length > 0 && <p className="mark">{marks.join(', ')}</p>}
        <dl>
          <div>
            <dt>process</dt>
            <dd>
              <StreamFigure figure={`process.${figure}`} of={of} value={stage.process} as="duration" />
            </dd>
          </div>
          <div>
            <dt>lead</dt>
            <dd>
              <StreamFigure figure={`lead.${figure}`} of={of} value={stage.lead} as="duration" />
            </dd>
          </div>
          <div>
            <dt>%C&amp;A</dt>
            <dd>
              <StreamFigure figure="accuracy.value" of={of} value={stage.accuracy} as="share" />
            </dd>
          </div>
          <div>
            <dt>WIP</dt>
            <dd>
              <StreamFigure figure="wip" of={of} value={stage.wip} as="count" />
            </dd>
          </div>
          <div>
            <dt>n</dt>
            <dd>
              <StreamFigure figure="n" of={of} value={stage.n} as="count" />
            </dd>
          </div>
        </dl>
      </div>
    </>
  );
}
