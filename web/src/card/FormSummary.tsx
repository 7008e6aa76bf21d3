import { IconAlertCircle } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Entity } from '@/catalog/types';

/** What needs attention, over the form, each with the way to its field. */
export function FormSummary({ entity, errors, focus = false, onPick }: { entity: Entity; errors: Record<string, string>; focus?: boolean; onPick?: (name: string) => void }) {
  const { t } = useTranslation('work');
  const box = useRef<HTMLDivElement>(null);
  const names = Object.keys(errors);
  const fields = names.flatMap((name) => entity.fields.find((field) => field.name === name) ?? []);
  const rest = names.filter((name) => !fields.some((field) => field.name === name)).map((name) => errors[name]!);
  const shown = names.length > 0;
  useEffect(() => {
    if (shown && focus) box.current?.focus();
  }, [shown, focus]);
  if (!shown) return null;
  return (
    <div ref={box} className="form-errors" role="alert" tabIndex={-1}>
      <div className="row gap-8 medium bad"><IconAlertCircle size={16} stroke={1.75} />{fields.length ? t('card.attention', { count: fields.length }) : rest[0]}</div>
      {fields.length > 0 && (
        <ul>
          {fields.map((field) => <li key={field.name}><a href={`#field-${field.name}`} onClick={(event) => { event.preventDefault(); if (onPick) onPick(field.name); else document.getElementById(`field-${field.name}`)?.focus(); }}>{field.label}</a>: {errors[field.name]}</li>)}
          {rest.map((message) => <li key={message}>{message}</li>)}
        </ul>
      )}
    </div>
  );
}
