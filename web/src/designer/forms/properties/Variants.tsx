import { Button, Checkbox } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type FormNode, nodeAt, VARIANTS, type Variant } from '../../model/form';
import { inherited, variantsOf } from '../../model/formUse';
import { messageAt } from '../../model/problems';
import { useStudio } from '../../state/StudioProvider';
import { usePartLabel } from '../labels';
import { useDesign } from '../useDesign';

/** In which variants of the form a part is: its own, or those of what it stands in. */
export function Variants() {
  const { t } = useTranslation('studio');
  const { draftCatalog } = useStudio();
  const { doc, chosen, node, change, problemsOf } = useDesign();
  const label = usePartLabel();
  if (!node || chosen === undefined) return null;
  const isRequired = (path: string) => Boolean(draftCatalog().field(doc.entity, path)?.required);
  const now = variantsOf(doc, chosen, isRequired);
  const { from, variants } = inherited(doc, chosen);
  const owner = from === undefined ? undefined : nodeAt(doc, from);
  const set = (next: Variant[] | undefined) => change(chosen, { ...node, in: next } as FormNode, undefined);
  const toggle = (one: Variant) => {
    const next = VARIANTS.filter((each) => (each === one ? !now.includes(one) : now.includes(each)));
    if (next.length) set(next);
  };
  const error = messageAt(problemsOf(chosen), 'in');
  return (
    <section className="board-section column gap-8" aria-label={t('forms.variants')}>
      <div className="row gap-8"><h3 className="section-title grow">{t('forms.variants')}</h3>{node.in ? <Button variant="subtle" size="compact-xs" onClick={() => set(undefined)}>{t('forms.inherit')}</Button> : <span className="tag">{t('forms.inherits')}</span>}</div>
      {VARIANTS.map((one) => {
        // Nothing is where what it stands in is not.
        const isOut = owner !== undefined && !variants.includes(one);
        return <Checkbox key={one} size="xs" className="form-variant" data-inherited={!node.in || undefined} label={t(`forms.in_${one}`)} checked={now.includes(one)} disabled={isOut} description={isOut ? t('forms.not_there', { name: label(owner, doc.entity) }) : undefined} onChange={() => toggle(one)} />;
      })}
      {!node.in && <p className="hint">{owner ? t('forms.inherits_from', { name: label(owner, doc.entity) }) : t('forms.inherits_text')}</p>}
      {error && <div className="control-error" role="alert">{error}</div>}
    </section>
  );
}
