import { IconTrendingDown, IconTrendingUp } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Change } from './numbers';

/** A change as an arrow and its size; green is what is good for the business. */
export function ChangeMark({ change, title }: { change: Change; title: string }) {
  const { t } = useTranslation('work');
  return (
    <span className={`row gap-4 medium nowrap ${change.good ? 'ok' : 'bad'}`} title={title}>
      {change.up ? <IconTrendingUp size={15} stroke={2} /> : <IconTrendingDown size={15} stroke={2} />}
      <span><span className="visually-hidden">{t(change.up ? 'indicators.up' : 'indicators.down')} </span>{change.text}</span>
    </span>
  );
}
