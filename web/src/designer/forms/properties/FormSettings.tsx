import { NumberInput, Select } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { ownFields } from '@/catalog/catalog';
import { Mistakes } from '../../dashboards/properties/Mistakes';
import { nodeOf } from '../../model/form';
import { messageAt } from '../../model/problems';
import { LabelInputs } from '../../parts/LabelInputs';
import { PathsInput } from '../../parts/PathsInput';
import { RolesSelect } from '../../parts/selects';
import { useStudio } from '../../state/StudioProvider';
import { useDesign } from '../useDesign';

/** How many facts stand beside the title at most. */
const FACTS = 8;

/** What the form is called, who gets it, and what stands above the tabs. */
export function FormSettings() {
  const { t } = useTranslation('studio');
  const { entityLabel } = useStudio();
  const { doc, subject, save, problems } = useDesign();
  const own = problems.filter((one) => nodeOf(doc, one.path) === undefined);
  const choices = ownFields(subject.entity).filter((field) => field.type === 'choice').map((field) => ({ value: field.name, label: field.label }));
  const header = doc.header ?? [];
  return (
    <>
      <Mistakes problems={own} />
      <LabelInputs label={t('dashboards.label')} value={doc.label} required error={messageAt(own, 'label')} onChange={(label) => save({ ...doc, label }, 'label')} />
      <p className="hint no-margin">{t('forms.of_entity', { name: entityLabel(doc.entity) })}</p>
      <div>
        <RolesSelect label={t('forms.roles')} value={doc.roles} error={messageAt(own, 'roles')} onChange={(roles) => save({ ...doc, roles: roles.length ? roles : undefined })} />
        <p className="hint board-under">{t('forms.roles_text')}</p>
      </div>
      <NumberInput label={t('forms.order')} description={t('forms.order_text')} min={-1000} max={1000} allowDecimal={false} placeholder="0" value={doc.order ?? ''} error={messageAt(own, 'order')} onChange={(order) => save({ ...doc, order: typeof order === 'number' && order !== 0 ? order : undefined }, 'order')} />
      <section className="board-section column gap-16">
        <PathsInput label={t('forms.header')} addLabel={t('forms.add_header')} none={t('forms.header_none')} least={0} entity={doc.entity} value={header} error={messageAt(own, 'header')} accept={(field) => header.length < FACTS && !['json', 'rich_text', 'long_text'].includes(field.type)} onChange={(next) => save({ ...doc, header: next.length ? next : undefined })} />
        {choices.length > 0 && <Select clearable clearButtonProps={{ 'aria-label': t('part.clear') }} label={t('forms.stage')} placeholder={t('forms.no_stage')} data={choices} value={doc.stage ?? null} error={messageAt(own, 'stage')} onChange={(stage) => save({ ...doc, stage: stage ?? undefined })} />}
      </section>
      <LabelInputs label={t('forms.help')} lines={4} value={doc.help} error={messageAt(own, 'help')} onChange={(help) => save({ ...doc, help }, 'help')} />
    </>
  );
}
