import { Drawer } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Prose } from './Prose';

/** Help of a form beside it, so that one reads and fills in. */
export function HelpDrawer({ title, text, onClose }: { title: string; text: string; onClose: () => void }) {
  const { t } = useTranslation('work');
  return <Drawer opened onClose={onClose} position="right" size={420} title={title} closeButtonProps={{ 'aria-label': t('common:action.close') }}><Prose text={text} /></Drawer>;
}
