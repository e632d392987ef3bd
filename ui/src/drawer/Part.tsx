import { SegmentedControl } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import type { Row } from '../api/model';
import { without, type Search } from '../filters/search';
import { Figure } from '../words/Figure';
import { ratioWords } from '../words/rules';
import type { Opening } from './opening';

type Props = {
  opening: Opening;
  row: Row | undefined;
  where: { every?: string; bucket?: string; previous?: boolean };
};

/** Of a ratio: the items in its numerator, which are what a team asks for, or all of them. */
export function Part({ opening: { metric, numerator }, row, where }: Props) {
  const navigate = useNavigate({ from: '/' });
  if (metric.shape !== 'ratio' || metric.classed) return null;
  const label = (name: string, figure: 'numerator' | 'denominator') => (
    <>
      {name}
      {row && (
        <>
          {' '}
          (<Figure metric={metric} figure={figure} value={row[figure]} {...where} />)
        </>
      )}
    </>
  );
  return (
    <SegmentedControl
      size="xs"
      className="part"
      aria-label="Which deployments are listed"
      value={numerator ? 'numerator' : 'all'}
      data={[
        { value: 'numerator', label: label(ratioWords(metric.id).part, 'numerator') },
        { value: 'all', label: label('All', 'denominator') },
      ]}
      onChange={(show) =>
        void navigate({
          search: (search: Search) => ({ ...without(search, 'show'), ...(show === 'all' && { show }) }),
          resetScroll: false,
        })
      }
    />
  );
}
