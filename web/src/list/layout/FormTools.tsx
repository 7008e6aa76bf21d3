import { Button, Popover, Tooltip } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { formOf, formsFor, type SettingsProps } from './forms';

/** Rows, a board or another way; none where records can be shown in rows only. */
export function FormSwitch({ entity, state, onUpdate, large = false }: SettingsProps & { large?: boolean }) {
  const { t } = useTranslation('work');
  const { layout } = state;
  const forms = state.bin ? [] : formsFor(entity);
  if (!forms.length) return null;
  return (
    <div className={large ? 'form-switch large' : 'form-switch'} role="group" aria-label={t('layout.form')}>
      {forms.map(({ form, icon: Icon, plain }) => {
        const label = t(`layout.${form}`);
        const on = layout.form === form;
        return (
          <Tooltip key={form} label={label} disabled={large || on}>
            <button type="button" aria-pressed={on} aria-label={label} onClick={() => !on && onUpdate({ layout: plain(entity, layout), selected: null })}><Icon size={15} stroke={1.75} aria-hidden />{(large || on) && label}</button>
          </Tooltip>
        );
      })}
    </div>
  );
}

/** What the type of the list that is looked at wants to know. */
export function FormSettings(props: SettingsProps) {
  const Settings = formOf(props.state)?.Settings;
  return Settings ? <Suspense fallback={null}><Settings {...props} /></Suspense> : null;
}

/** The button of it. */
export function FormButton(props: SettingsProps) {
  const { t } = useTranslation('work');
  const form = formOf(props.state);
  if (!form) return null;
  return (
    <Popover position="bottom-end" trapFocus returnFocus>
      <Popover.Target><Button variant="subtle" size="xs" leftSection={<IconAdjustments size={15} stroke={1.75} />}>{t(`layout.set_${form.form}`)}</Button></Popover.Target>
      <Popover.Dropdown p={12} aria-label={t(`layout.set_${form.form}`)}><FormSettings {...props} /></Popover.Dropdown>
    </Popover>
  );
}
