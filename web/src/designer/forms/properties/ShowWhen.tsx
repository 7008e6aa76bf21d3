import { Button } from '@mantine/core';
import { IconEye, IconEyeOff, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type FormNode, typeOf } from '../../model/form';
import { messageAt } from '../../model/problems';
import { ConditionInput, NOTHING } from '../../parts/ConditionInput';
import { useStudio } from '../../state/StudioProvider';
import { useConditionWords } from '../labels';
import { useDesign } from '../useDesign';
import { useHolds } from '../useRecord';

/** On which records a part is there; for the one on the canvas it says whether it is. */
export function ShowWhen() {
  const { t } = useTranslation('studio');
  const { entity } = useStudio();
  const { doc, chosen, node, change, problemsOf } = useDesign();
  const words = useConditionWords();
  const problems = chosen === undefined ? [] : problemsOf(chosen);
  const holds = useHolds(messageAt(problems, 'show') ? undefined : node?.show);
  if (!node || chosen === undefined) return null;
  const set = (text: string) => change(chosen, { ...node, show: !text.trim() || text === NOTHING ? undefined : text } as FormNode, 'show');
  const type = typeOf(node);
  const title = t(type === 'tab' ? 'forms.show_tab' : type === 'section' ? 'forms.show_section' : type === 'field' ? 'forms.show_field' : 'forms.show_part');
  return (
    <section className="board-section column gap-8" aria-label={title}>
      <div className="row gap-8"><IconEye size={16} stroke={1.75} className="form-eye" /><h3 className="section-title grow">{title}</h3>
        {node.show && <Button variant="subtle" size="compact-xs" leftSection={<IconX size={13} stroke={1.75} />} onClick={() => set('')}>{t('forms.show_always')}</Button>}
      </div>
      <ConditionInput label={t('forms.all_true')} value={node.show ?? ''} entity={entity(doc.entity)} hint={t('forms.no_condition')} error={messageAt(problems, 'show')} onChange={set} />
      {node.show && holds === false && (
        <div className="notice warning form-hidden" role="status"><IconEyeOff size={16} stroke={1.75} className="warn" /><span><strong className="warn">{t('forms.hidden_here')}</strong><br />{t('forms.hidden_text', { words: words(node.show, doc.entity).join('; ') })}</span></div>
      )}
      {node.show && holds === true && <p className="hint">{t('forms.shown_here')}</p>}
    </section>
  );
}
