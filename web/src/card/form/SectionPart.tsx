import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { isEmpty, isWritable } from '@/fields/mapping';
import { Section } from '../Section';
import { Components } from './Components';
import { reaches, useLayout } from './context';
import { everyOne, ownPaths } from './layout';
import type { Of } from './types';

/** Fields in columns under a head that folds them; without a label there is no head. */
export function SectionPart({ component, nested }: { component: Of<'section'>; nested: boolean }) {
  const { form, entity, facts, variant, wanted, mayEdit } = useLayout();
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
  const [isAsked, setAsked] = useState(false);
  if (component.hide_when_empty && !isNew && !wasSeen.current && !isAsked && !opened) {
    // Who may fill it in has a way to it.
    const isFillable = mayEdit && ownPaths(component.components, variant).some((name) => entity.fields.some((field) => field.name === name && isWritable(field)));
    return isFillable && component.label ? <Button className="form-add" variant="subtle" size={variant === 'phone' ? 'md' : 'xs'} leftSection={<IconPlus size={15} stroke={1.75} />} onClick={() => setAsked(true)}>{component.label}</Button> : null;
  }
  const columns = Math.min(4, Math.max(1, component.columns ?? 2));
  const inner = <Components items={component.components} nested columns={columns} />;
  const into = component.at && `${component.at}/components`;
  // Without a name it has no head, and on a card still its ground.
  const isCard = !component.label && variant === 'edit' && !nested;
  // A dialog of few fields needs no headings.
  if (!component.label || variant === 'quick') return <div className={isCard ? 'form-sections card form-bare' : 'form-sections'} data-into={into}>{inner}</div>;
  return <Section key={opened} title={component.label} folded={!!component.collapsed && !opened && !isAsked && !isNew} plain={nested || isNew} bare={variant === 'phone'}><div className={variant === 'phone' ? undefined : 'form-sections'} data-into={into}>{inner}</div></Section>;
}
