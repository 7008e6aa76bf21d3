import { useTranslation } from 'react-i18next';
import { messageAt } from '../../model/problems';
import { IconPicker } from '../../parts/IconPicker';
import { LabelInputs } from '../../parts/LabelInputs';
import { RolesSelect } from '../../parts/selects';
import { useBoard } from '../useBoard';
import { FilterSettings } from './FilterSettings';
import { Mistakes } from './Mistakes';

/** What the dashboard is called, who has it, and the filters above it. */
export function DashboardProperties() {
  const { t } = useTranslation('studio');
  const { doc, save, problems } = useBoard();
  const own = problems.filter((one) => !one.path.startsWith('/widgets/'));
  return (
    <>
      <Mistakes problems={own} />
      <div className="row gap-12" style={{ alignItems: 'flex-start' }}>
        <div style={{ paddingTop: 21 }}><IconPicker value={doc.icon ?? 'layout-dashboard'} onChange={(icon) => save({ ...doc, icon })} /></div>
        <div className="grow"><LabelInputs label={t('dashboards.label')} value={doc.label} required error={messageAt(own, 'label')} onChange={(label) => save({ ...doc, label }, 'label')} /></div>
      </div>
      <LabelInputs label={t('dashboards.description')} value={doc.description} onChange={(description) => save({ ...doc, description }, 'description')} />
      <div>
        <RolesSelect label={t('dashboards.roles')} value={doc.roles} error={messageAt(own, 'roles')} onChange={(roles) => save({ ...doc, roles: roles.length ? roles : undefined })} />
        <p className="hint board-under">{t('dashboards.roles_text')}</p>
      </div>
      <FilterSettings problems={own} />
      <p className="hint">{t('dashboards.preview_text')}</p>
    </>
  );
}
