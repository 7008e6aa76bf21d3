import { useEffect, useRef, useState } from 'react';
import { isEmpty } from '@/fields/mapping';
import { Section } from '../Section';
import { Components } from './Components';
import { reaches, useLayout } from './context';
import { everyOne } from './layout';
import type { Of } from './types';

/** Fields in columns under a head that folds them; without a label there is no head. */
export function SectionPart({ component, nested }: { component: Of<'section'>; nested: boolean }) {
  const { form, facts, variant, wanted } = useLayout();
  const [opened, setOpened] = useState(0);
  const isNew = variant === 'create' || variant === 'quick';
  const isFilled = everyOne(component.components).some((part) => 'type' in part && (part.type === 'field' || part.type === 'lines' ? !isEmpty(part.path.includes('.') ? facts.facts[part.path] : form.values[part.path]) : part.type !== 'section' && part.type !== 'tabs'));
  // One that was seen does not go while its last value is taken away under somebody's hands.
  const wasSeen = useRef(false);
  wasSeen.current ||= isFilled;
  useEffect(() => {
    if (wanted && reaches(component.components, wanted.path)) setOpened(wanted.at);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a new wish opens it.
  }, [wanted]);
  if (component.hide_when_empty && !isNew && !wasSeen.current) return null;
  const columns = Math.min(4, Math.max(1, component.columns ?? 2));
  const inner = <Components items={component.components} nested columns={columns} />;
  const into = component.at && `${component.at}/components`;
  if (!component.label) return <div className="form-sections" data-into={into}>{inner}</div>;
  return <Section key={opened} title={component.label} folded={!!component.collapsed && !opened && !isNew} plain={nested || isNew} bare={variant === 'phone'}><div className={variant === 'phone' ? undefined : 'form-sections'} data-into={into}>{inner}</div></Section>;
}
