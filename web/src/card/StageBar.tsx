import { Button } from '@mantine/core';
import { IconCheck, IconCircleX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Field } from '@/catalog/types';
import { hueOfChoice } from '@/fields/inputs/ChoiceInputs';
import { stagesOf } from './stages';

interface Props {
  field: Field;
  value: unknown;
  onPick?: (value: string) => void;
}

/** How far the record has come, as a row of chevrons; each moves it there. */
export function StageBar({ field, value, onPick }: Props) {
  const { t } = useTranslation('work');
  const { way, aside } = stagesOf(field);
  const current = way.findIndex((choice) => choice.value === value);
  return (
    <div id={`place-${field.name}`} tabIndex={-1} className="stages" role="group" aria-label={field.label}>
      <div className="stage-way">
      {way.map((choice, index) => {
        const state = index === current ? 'current' : index < current ? 'done' : 'ahead';
        return (
          <button key={choice.value} type="button" className={`stage ${state}`} aria-current={state === 'current' ? 'step' : undefined} disabled={!onPick} title={onPick && state !== 'current' ? t('card.to_stage', { label: choice.label }) : choice.label} onClick={() => onPick?.(choice.value)}>
            {state === 'done' && <IconCheck size={14} stroke={2.5} aria-hidden />}<span className="ellipsis">{choice.label}</span>
          </button>
        );
      })}
      </div>
      {aside.map((choice) => (
        <Button key={choice.value} variant={choice.value === value ? 'default' : 'subtle'} data-danger={choice.value === value || undefined} aria-pressed={choice.value === value} disabled={!onPick} leftSection={<IconCircleX size={15} stroke={1.75} />} onClick={() => onPick?.(choice.value)}>{choice.label}</Button>
      ))}
    </div>
  );
}

/** The same in little: thin bars with names. */
export function StageLine({ field, value, names = true }: Props & { names?: boolean }) {
  const { way, aside } = stagesOf(field);
  const choices = aside.some((choice) => choice.value === value) ? aside.filter((choice) => choice.value === value) : way;
  const current = choices.findIndex((choice) => choice.value === value);
  const hue = hueOfChoice(field, value);
  return (
    <div className={`stage-line hue-${hue}`} role="img" aria-label={`${field.label}: ${choices[current]?.label ?? '—'}`}>
      {choices.map((choice, index) => (
        <div key={choice.value} className="grow">
          <div className="stage-bar" style={{ background: index <= current ? 'var(--hue-dot)' : 'var(--border)', opacity: index < current ? 0.45 : 1 }} />
          {names && choices.length <= 6 && <div className="size-11 ellipsis" style={{ marginTop: 5, color: index === current ? 'var(--text)' : 'var(--text-3)', fontWeight: index === current ? 600 : 500 }}>{choice.label}</div>}
        </div>
      ))}
    </div>
  );
}
