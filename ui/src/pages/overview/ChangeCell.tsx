import type { Answers } from '../../api/model';
import { OpenLink } from '../../drawer/OpenLink';
import type { Key } from '../../filters/asks';
import type { Compare } from '../../filters/search';
import { changeOf, changeSizeText, relativeText, signText, verdictWords } from '../../words/change';
import { windowText } from '../../words/dates';
import { Figure } from '../../words/Figure';
import { headline } from '../../words/figures';

type Props = { of: Key; compared: Answers['compared'] | undefined; compare: Compare; zone: string };

const whyUnclear = 'A difference of this size often comes by chance alone (judged at 95 % confidence).';

/** Better or worse is said by a word and an arrow; the colour only repeats it. */
export function ChangeCell({ of: { metric, headline: answer }, compared, compare, zone }: Props) {
  if (compare === 'none') return <span className="nodata">not compared</span>;
  const before = answer?.previous?.rows[0];
  const change = changeOf(metric, answer?.rows[0], before);
  const field = headline(metric.shape);
  if (!change)
    return <span className="nodata">{before?.[field] == null ? 'no data before' : 'no data now'}</span>;
  if (metric.shape === 'rate' && (compared?.notes.length ?? 0) > 0) {
    // So many in so many days says nothing where some of the days are not known.
    return <span className="nodata">not comparable: part of the earlier period has no data</span>;
  }
  return (
    <>
      <span
        className={`verdict ${change.verdict}`}
        title={change.verdict === 'unclear' ? whyUnclear : undefined}
      >
        <span aria-hidden="true">{change.arrow}</span> {verdictWords[change.verdict]}
      </span>
      <span className="details">
        <Figure metric={metric} figure="change" value={change.absolute}>
          {signText(change.absolute)}
          {changeSizeText(metric.shape, change.absolute)}
        </Figure>
        {change.relative !== null && (
          <>
            {' '}
            (
            <Figure metric={metric} figure="change.relative" value={change.relative}>
              {relativeText(change.relative)}
            </Figure>
            )
          </>
        )}
      </span>
      <span className="details" title={compared ? windowText(compared.from, compared.to, zone) : undefined}>
        before:{' '}
        <OpenLink at={{ metric: metric.id, previous: true }}>
          <Figure metric={metric} figure={field} value={before?.[field]} previous />
        </OpenLink>
      </span>
    </>
  );
}
