import { useTranslation } from 'react-i18next';
import type { WidgetProps } from '../types';

/** Words of whoever made the dashboard. */
export function Text({ widget }: Pick<WidgetProps<'text'>, 'widget'>) {
  const { t } = useTranslation('dashboards');
  return (
    <section className="card widget widget-text" aria-label={widget.label || t('text')}>
      {widget.label && <h2 className="section-title">{widget.label}</h2>}
      <p>{widget.text}</p>
    </section>
  );
}
