import { Button, Modal, Radio, Select } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSubject } from '../dashboards/useSubject';
import { tidy } from '../model/equal';
import { copiedForm, type FormDoc, newForm } from '../model/form';
import { emptyForm, startedForm } from '../model/formStart';
import { type Label, labelOf, type RoleDoc } from '../model/types';
import { LabelInputs } from '../parts/LabelInputs';
import { EntitySelect, RolesSelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import { useRelationLabel } from './labels';

type Begin = 'card' | 'copy' | 'empty';

/** Names of forms that are given away, those of removed ones among them; an address of the server is none. */
export function useTakenForms(): string[] {
  const { state } = useStudio();
  return ['attempt', ...[...state.documents.values(), ...state.published.values()].flatMap((one) => (one.kind === 'form' ? [one.name] : []))];
}

/** What a form is called that nobody has named: as its entity, and for whom. */
function proposed(label: Label | undefined, roles: RoleDoc[]): Label {
  const of = (language: 'en' | 'ru') => [label?.[language] ?? label?.en ?? label?.ru, roles.map((role) => labelOf(role, language)).join(', ')].filter(Boolean).join(': ');
  return { en: of('en'), ru: of('ru') };
}

/** Whose form it is, for whom, and what it begins with: the card of now, another form, or nothing. */
export function NewFormDialog({ entity: given, from, onClose }: { entity?: string; from?: FormDoc; onClose: () => void }) {
  const { t } = useTranslation('studio');
  const { bench, documents, forms, language } = useStudio();
  const taken = useTakenForms();
  const subjectOf = useSubject();
  const relation = useRelationLabel();
  const navigate = useNavigate();
  const [entity, setEntity] = useState(given ?? from?.entity);
  const [roles, setRoles] = useState<string[]>([]);
  const [label, setLabel] = useState<Label>({});
  const [begin, setBegin] = useState<Begin>(from ? 'copy' : 'card');
  const [source, setSource] = useState(from?.name);
  const [tried, setTried] = useState(false);
  const subject = entity ? subjectOf(entity) : undefined;
  const others = forms.filter((one) => one.entity === entity);
  const copied = others.find((one) => one.name === source) ?? others[0];
  const way = begin === 'copy' && !copied ? 'card' : begin;
  const chosen = documents.filter((one): one is RoleDoc => one.kind === 'role' && roles.includes(one.name));
  const auto = subject && proposed(subject.doc.label ?? { [language]: subject.entity.label }, chosen);

  const create = () => {
    setTried(true);
    if (!subject || !entity) return;
    const named = label.en?.trim() || label.ru?.trim() ? tidy({ label }).label : auto!;
    const made = way === 'copy' ? copiedForm(copied!, taken, named, roles) : newForm(named, entity, taken, { ...(way === 'card' ? startedForm(subject, relation) : emptyForm(subject)), ...(roles.length && { roles }) });
    bench.edit(made);
    onClose();
    void navigate({ to: `/studio/forms/${made.name}` });
  };

  return (
    <Modal opened onClose={onClose} title={t('forms.new')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <form className="column gap-16" onSubmit={(event) => { event.preventDefault(); create(); }}>
        {!given && !from && <EntitySelect label={t('forms.entity')} data-autofocus value={entity} error={tried && !subject ? t('part.choose_entity') : undefined} onChange={setEntity} />}
        <div><RolesSelect label={t('forms.roles')} value={roles} onChange={setRoles} /><p className="hint board-under">{t('forms.roles_text')}</p></div>
        <Radio.Group label={t('dashboards.begins')} value={way} onChange={(next) => setBegin(next as Begin)}>
          <div className="column gap-8 form-checks">
            <Radio value="card" size="xs" label={t('forms.begin_card')} description={t('forms.begin_card_text')} />
            <Radio value="copy" size="xs" label={t('forms.begin_copy')} disabled={!copied} description={copied ? undefined : t('forms.begin_copy_none')} />
            {way === 'copy' && others.length > 1 && <Select aria-label={t('forms.begin_copy')} allowDeselect={false} data={others.map((one) => ({ value: one.name, label: labelOf(one, language) }))} value={copied?.name ?? null} onChange={(name) => setSource(name ?? undefined)} />}
            <Radio value="empty" size="xs" label={t('forms.begin_empty')} />
          </div>
        </Radio.Group>
        <LabelInputs label={t('dashboards.label')} value={label} placeholder={auto} onChange={setLabel} />
        <div className="row gap-8 right">
          <Button variant="subtle" onClick={onClose}>{t('common:action.cancel')}</Button>
          <Button type="submit">{t('forms.create')}</Button>
        </div>
      </form>
    </Modal>
  );
}
