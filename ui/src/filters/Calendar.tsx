import '@mantine/dates/styles.css';
import { DatePicker, type DatesRangeValue } from '@mantine/dates';
import { useState } from 'react';

type Props = { first: string | null; last: string | null; choose: (first: string, last: string) => void };

const names = {
  previousMonth: 'The month before',
  nextMonth: 'The month after',
  previousYear: 'The year before',
  nextYear: 'The year after',
  previousDecade: 'The decade before',
  nextDecade: 'The decade after',
};

export default function Calendar({ first, last, choose }: Props) {
  const [value, setValue] = useState<DatesRangeValue<string>>([first, last]);
  return (
    <DatePicker
      type="range"
      allowSingleDateInRange
      {...(first !== null && { defaultDate: first })}
      ariaLabels={names}
      value={value}
      onChange={(chosen) => {
        setValue(chosen);
        if (chosen[0] !== null && chosen[1] !== null) choose(chosen[0], chosen[1]);
      }}
    />
  );
}
