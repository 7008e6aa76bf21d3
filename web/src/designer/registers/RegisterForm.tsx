import { MultiSelect, Select, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '@/i18n';
import { messageAt, ofDocument } from '../model/problems';
import { DELAYS, delayWords, withOrder, withRefresh } from '../model/register';
import { keyOf, labelOf, type RegisterDoc } from '../model/types';
import { IconPicker } from '../parts/IconPicker';
import { LabelInputs } from '../parts/LabelInputs';
import { ScheduleEditor } from '../properties/ScheduleEditor';
import { useStudio } from '../state/StudioProvider';

const NIGHT = '0 3 * * *';

/** Everything a register says, by mouse. */
export function RegisterForm({ doc }: { doc: RegisterDoc }) {
  const { t } = useTranslation('studio');
  const { bench, state, datasets, datasetViews, language } = useStudio();
  const problems = ofDocument(state.problems, keyOf(doc));
  const wrong = (path: string) => problems.find((problem) => problem.path.startsWith(`/${path}`))?.message;
  const save = (next: RegisterDoc, mark?: string) => bench.edit(next, mark && `${doc.name}:${mark}`);
  const fields = datasetViews.find((view) => view.name === doc.name)?.doc.fields ?? [];
  const links = fields.filter((field) => field.type === 'link' || field.type === 'user');
  const { cron, on_change: delay } = doc.refresh ?? {};
  const delays = delay && !DELAYS.includes(delay) ? [...DELAYS, delay] : DELAYS;
  return (
    <div className="column gap-16 form-width">
      <div className="row gap-12" style={{ alignItems: 'flex-start' }}>
        <div style={{ paddingTop: 21 }}><IconPicker value={doc.icon ?? 'database'} onChange={(icon) => save({ ...doc, icon })} /></div>
        <div className="grow"><LabelInputs label={t('registers.label')} value={doc.label} error={messageAt(problems, 'label')} onChange={(label) => save({ ...doc, label, plural: label }, 'label')} /><p className="hint">{t('registers.label_text')}</p></div>
      </div>
      <Select label={t('registers.dataset')} allowDeselect={false} data={datasets.map((one) => ({ value: one.name, label: labelOf(one, language) }))} value={doc.dataset ?? null} error={wrong('dataset')}
        onChange={(dataset) => dataset && save({ ...doc, dataset, indexes: undefined, inverses: undefined })} />

      <h3 className="section-title">{t('registers.refresh')}</h3>
      <Switch label={t('registers.timed')} checked={cron !== undefined} onChange={(event) => save(withRefresh(doc, { cron: event.currentTarget.checked ? NIGHT : undefined }))} />
      {cron !== undefined && <ScheduleEditor cron={cron} error={wrong('refresh/cron')} onChange={(next) => save(withRefresh(doc, { cron: next }), 'cron')} />}
      <Select label={t('registers.on_change')} allowDeselect={false} value={delay ?? ''} error={wrong('refresh/on_change')}
        data={[{ value: '', label: t('registers.never') }, ...delays.map((value) => ({ value, label: t('registers.delay', { time: delayWords(value, currentLanguage()) }) }))]}
        onChange={(next) => save(withRefresh(doc, { on_change: next || undefined }))} />
      {cron === undefined && !delay && <p className="hint">{t('registers.by_hand')}</p>}

      <MultiSelect label={t('registers.order')} description={t('registers.order_text')} value={doc.indexes?.[0] ?? []} maxValues={8} error={wrong('indexes')}
        data={fields.filter((field) => field.type !== 'long_text').map((field) => ({ value: field.name, label: labelOf(field, language) }))} onChange={(names) => save(withOrder(doc, names))} />
      {links.map((link) => (
        <TextInput key={link.name} label={t('registers.inverse', { link: labelOf(link, language) })} description={t('registers.inverse_text')} value={doc.inverses?.[link.name] ?? ''} error={wrong(`inverses/${link.name}`)} spellCheck={false}
          onChange={(event) => {
            const { [link.name]: _, ...others } = doc.inverses ?? {};
            const name = event.currentTarget.value.trim();
            save({ ...doc, inverses: name ? { ...others, [link.name]: name } : Object.keys(others).length ? others : undefined }, link.name);
          }} />
      ))}
      <Switch label={t('registers.open')} description={t('registers.open_text')} checked={Boolean(doc.open)} onChange={(event) => save({ ...doc, open: event.currentTarget.checked || undefined })} />
    </div>
  );
}
