import { useTranslation } from 'react-i18next';
import { DashboardGrid } from '@/dashboards/DashboardGrid';
import { WidgetView } from '@/dashboards/widgets/WidgetView';
import { useBoard } from './useBoard';
import { useShown } from './useShown';

/** The dashboard as a phone shows it: to be looked at, and a widget to be chosen. */
export function PhoneView() {
  const { t } = useTranslation('studio');
  const { doc } = useBoard();
  const shown = useShown();
  const widgets = (doc.widgets ?? []).flatMap((one) => shown(one)?.widget ?? []);
  return (
    <div className="board-phone" role="group" aria-label={t('dashboards.phone')}>
      <DashboardGrid asPhone widgets={widgets} render={(widget, size) => <WidgetView widget={widget} size={size} answer={shown(widget)?.answer} />} />
    </div>
  );
}
