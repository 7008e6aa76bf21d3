import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';

/** Asks whether what is typed shall be given up, and names it. */
export function LeaveQuestion({ lines, onLeave, onStay }: { lines: string[]; onLeave: () => void; onStay: () => void }) {
  const { t } = useTranslation('work');
  return (
    <Modal opened onClose={onStay} title={t('leave.title')} closeButtonProps={{ 'aria-label': t('common:action.close') }}>
      <p className="no-margin">{t('leave.text')}</p>
      <ul className="leave-list">{lines.map((line) => <li key={line}>{line}</li>)}</ul>
      <div className="row gap-8 right"><Button variant="default" data-danger onClick={onLeave}>{t('leave.leave')}</Button><Button data-autofocus onClick={onStay}>{t('leave.stay')}</Button></div>
    </Modal>
  );
}
