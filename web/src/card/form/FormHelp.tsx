import { ActionIcon } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';

const HelpDrawer = lazy(async () => ({ default: (await import('./HelpDrawer')).HelpDrawer }));

/** A sign that opens what whoever drew the form has to say about it. */
export function FormHelp({ title, text, size = 28 }: { title: string; text?: string | null; size?: number }) {
  const { t } = useTranslation('work');
  const [open, setOpen] = useState(false);
  if (!text) return null;
  return (
    <>
      <ActionIcon size={size} aria-label={t('form.help')} title={t('form.help')} aria-haspopup="dialog" onClick={() => setOpen(true)}><IconHelp size={17} stroke={1.75} /></ActionIcon>
      {open && <Suspense fallback={null}><HelpDrawer title={title} text={text} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
