import { Button } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import { useCatalog } from '@/catalog/useCatalog';
import { buttonsOf } from '@/buttons/shown';
import { key, usePress } from '@/buttons/usePress';
import { useLayout } from './context';
import type { Of } from './types';

/** A button of a script among the fields. */
export function ButtonPart({ component }: { component: Of<'button'> }) {
  const catalog = useCatalog();
  const { form, entity, facts, variant } = useLayout();
  const pressing = usePress(entity, [form.values.id]);
  const { button } = component;
  // Its own condition may look behind links that are here.
  const open = typeof button === 'object' && buttonsOf(catalog, { ...entity, buttons: [button] }, { ...form.values, ...facts.record } as typeof form.values).length > 0;
  if (typeof button !== 'object' || !open) return null;
  return (
    <>
      <Button variant="default" size={variant === 'phone' ? 'md' : undefined} fullWidth={variant === 'phone'} leftSection={<IconBolt size={15} stroke={1.75} />} disabled={form.status === 'saving'} loading={pressing.running === key(button)} onClick={() => pressing.start(button)}>{component.label || button.label}</Button>
      {pressing.dialog}
    </>
  );
}
