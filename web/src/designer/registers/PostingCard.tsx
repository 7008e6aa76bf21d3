import { ActionIcon, SegmentedControl } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { TakesButton } from '../datasets/TakesButton';
import { wrongAt } from '../datasets/useDataset';
import { fits, patchPosting, removePosting, setPostingEntity, setValue } from '../model/balance';
import { type DimensionDoc, labelOf, type PostingDoc, type ResourceDoc } from '../model/types';
import { ConditionInput } from '../parts/ConditionInput';
import { LabelInputs } from '../parts/LabelInputs';
import { EntitySelect } from '../parts/selects';
import { useStudio } from '../state/StudioProvider';
import type { Balance } from './useBalance';

/** One posting: which records, when they count, at which date, and what each dimension and resource takes from them. */
export function PostingCard({ set: { doc, catalog, problems, save }, posting, at }: { set: Balance; posting: PostingDoc; at: number }) {
  const { t } = useTranslation('studio');
  const { entity: entityOf, language } = useStudio();
  const here = `/balance/postings/${at}`;
  const id = posting.id ?? posting.name;
  const name = labelOf(posting, language);
  const owner = entityOf(posting.entity);
  const scope = { catalog, name: posting.entity };
  const { dimensions = [], resources = [], postings = [] } = doc.balance ?? {};
  const patch = (change: Partial<PostingDoc>, mark?: string) => save(patchPosting(doc, at, change), mark && `${id}.${mark}`);
  const value = (part: DimensionDoc | ResourceDoc, needed: boolean) => (
    <div key={part.name} className="balance-value">
      <span className="form-label" aria-hidden>{labelOf(part, language)}{needed && <span className="bad">*</span>}</span>
      <TakesButton framed clearable label={t('balances.value_of', { name: labelOf(part, language) })} placeholder={t(resources.some((one) => one.name === part.name) ? 'balances.not_moved' : 'datasets.empty')} scope={scope} owner={owner} value={posting.values[part.name]} accept={(field) => fits(field, part)}
        error={wrongAt(problems, `${here}/values/${part.name}`)} onChange={(text) => save(setValue(doc, at, part.name, text), `${id}.value.${part.name}`)} />
      {wrongAt(problems, `${here}/values/${part.name}`) && <span className="control-error" role="alert">{wrongAt(problems, `${here}/values/${part.name}`)}</span>}
    </div>
  );
  return (
    <section className="card dataset-part balance-posting" aria-label={name} data-direction={posting.direction}>
      <div className="row gap-8">
        <SegmentedControl size="xs" aria-label={t('balances.direction', { name })} data={(['in', 'out'] as const).map((one) => ({ value: one, label: t(`balances.direction_${one}`) }))} value={posting.direction} onChange={(next) => patch({ direction: next as PostingDoc['direction'] })} />
        <span className="grow" />
        <ActionIcon size={28} disabled={postings.length < 2} aria-label={t('balances.remove_posting', { name })} title={t('balances.remove_posting', { name })} onClick={() => save(removePosting(doc, at))}><IconTrash size={15} stroke={1.75} /></ActionIcon>
      </div>
      <div className="pair dataset-pair dataset-top">
        <LabelInputs label={t('balances.posting_name')} value={posting.label} error={wrongAt(problems, `${here}/label`) ?? wrongAt(problems, `${here}/name`)} onChange={(label) => patch({ label }, 'label')} />
        <div className="column gap-10">
          <EntitySelect label={t('balances.records')} value={posting.entity} error={wrongAt(problems, `${here}/entity`)} onChange={(entity) => save(setPostingEntity(catalog, doc, at, entity))} />
          <div className="balance-value">
            <span className="form-label" aria-hidden>{t('balances.date')}<span className="bad">*</span></span>
            <TakesButton framed label={t('balances.date')} placeholder={t('part.choose_field')} scope={scope} owner={owner} value={posting.date || undefined} accept={(field) => field.type === 'date'} error={wrongAt(problems, `${here}/date`)} onChange={(text) => patch({ date: text ?? '' }, 'date')} />
            {wrongAt(problems, `${here}/date`) && <span className="control-error" role="alert">{wrongAt(problems, `${here}/date`)}</span>}
          </div>
        </div>
      </div>
      <ConditionInput key={posting.entity} label={t('balances.when')} value={posting.when ?? ''} entity={owner} empty="" hint={t('balances.when_all')} error={wrongAt(problems, `${here}/when`)} onChange={(text) => patch({ when: text.trim() ? text : undefined }, 'when')} />
      <div>
        <div className="form-label">{t('balances.values')}</div>
        <div className="balance-values" role="group" aria-label={t('balances.values')}>
          {dimensions.map((one) => value(one, Boolean(one.required)))}
          {resources.map((one) => value(one, false))}
        </div>
        {resources.length > 0 && resources.every((one) => !posting.values[one.name]) && <p className="size-12 warn" role="status">{t('balances.moves_nothing')}</p>}
      </div>
    </section>
  );
}
