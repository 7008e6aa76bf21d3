import { ActionIcon, Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { choiceHue } from '@/ui/hue';
import { messageAt } from '../model/problems';
import type { MeasureDoc, Problem, ThresholdDoc } from '../model/types';
import { HuePicker } from '../parts/ChoiceRow';
import { useStudio } from '../state/StudioProvider';

interface Props {
  doc: MeasureDoc;
  problems: Problem[];
  save: (doc: MeasureDoc, mark?: string) => void;
}

const COLOURS = ['rose', 'amber', 'green', 'blue'];
const STEPS = ['0.8', '1', '1.2'];

/** From which number on there is which colour: a scale, the least at the top. */
export function Thresholds({ doc, problems, save }: Props) {
  const { t } = useTranslation('studio');
  const { language } = useStudio();
  const list = doc.thresholds ?? [];
  const put = (next: ThresholdDoc[], mark?: string) => save({ ...doc, thresholds: next.length ? next : undefined }, mark);
  const set = (at: number, part: Partial<ThresholdDoc>, mark?: string) => put(list.map((one, index) => (index === at ? { ...one, ...part } : one)), mark && `threshold.${at}.${mark}`);
  const add = () => {
    if (!list.length) return put([{ color: 'rose' }, { from: doc.thresholds_of === 'target' ? '0.8' : '1', color: 'green' }]);
    const last = Number(list.at(-1)?.from ?? 0);
    put([...list, { from: STEPS.find((step) => doc.thresholds_of === 'target' && Number(step) > last) ?? String(last + 1), color: COLOURS[list.length % COLOURS.length]! }]);
  };
  return (
    <div role="group" aria-label={t('measures.thresholds')} className="column gap-8">
      <div className="form-label" aria-hidden style={{ margin: 0 }}>{t('measures.thresholds')}</div>
      {list.length > 0 && <SegmentedControl aria-label={t('measures.thresholds_of')} data={(['value', 'target'] as const).map((value) => ({ value, label: t(`measures.of_${value}`) }))} value={doc.thresholds_of ?? 'value'} onChange={(next) => save({ ...doc, thresholds_of: next === 'target' ? 'target' : undefined })} style={{ alignSelf: 'flex-start' }} />}
      {list.map((one, at) => {
        const name = t('measures.threshold', { number: at + 1 });
        return (
          <div key={at} className="threshold-row">
            <div style={{ paddingTop: 4 }}><HuePicker value={choiceHue(one.color, at)} name={name} onChange={(color) => set(at, { color })} /></div>
            <TextInput style={{ width: 132 }} aria-label={`${name}, ${t('measures.from')}`} placeholder={at === 0 ? t('measures.any') : undefined} leftSection={<span className="size-12 dim">{t('measures.from')}</span>} leftSectionWidth={34} inputMode="decimal" value={one.from === undefined ? '' : String(one.from)} error={messageAt(problems, `thresholds/${at}`)}
              onChange={(event) => set(at, { from: event.currentTarget.value.replace(',', '.') || undefined }, 'from')} />
            <TextInput className="grow" aria-label={`${name}, ${t('measures.threshold_label')}`} placeholder={t('measures.threshold_label')} value={one.label?.[language] ?? ''} onChange={(event) => set(at, { label: { ...one.label, [language]: event.currentTarget.value || undefined } }, 'label')} />
            <ActionIcon mt={2} aria-label={t('measures.remove_threshold', { number: at + 1 })} onClick={() => put(list.filter((_, index) => index !== at))}><IconTrash size={15} stroke={1.75} /></ActionIcon>
          </div>
        );
      })}
      {doc.thresholds_of === 'target' && list.length > 0 && <p className="hint">{t('measures.target_text')}</p>}
      {list.length < 10 && <div><Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} stroke={1.75} />} onClick={add}>{t('measures.add_threshold')}</Button></div>}
    </div>
  );
}
