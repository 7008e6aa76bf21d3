import './card.css';
import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Entity, Reference } from '@/catalog/types';
import { newLabel } from '@/shell/words';
import { CreateForm } from './CreateForm';

interface Props {
  entity: Entity;
  initial?: Record<string, unknown>;
  onClose: () => void;
  onCreated: (reference: Reference) => void;
}

/** A new record over what is on the screen. Loaded when first needed. */
export default function CreateModal({ entity, initial, onClose, onCreated }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} size={640} title={newLabel(entity)} closeButtonProps={{ 'aria-label': t('action.close') }} closeOnClickOutside={false}>
      <CreateForm entity={entity} initial={initial} onCancel={onClose} onCreated={onCreated} />
    </Modal>
  );
}
