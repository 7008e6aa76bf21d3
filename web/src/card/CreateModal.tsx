import './card.css';
import { Modal } from '@mantine/core';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useCatalog } from '@/catalog/useCatalog';
import type { Entity, Reference } from '@/catalog/types';
import { newLabel } from '@/shell/words';
import { CreateForm, type CreateHandle } from './CreateForm';
import { formOf } from './form/generated';
import { ownPaths } from './form/layout';
import { lineOwners } from './lines';

interface Props {
  entity: Entity;
  initial?: Record<string, unknown>;
  onClose: () => void;
  onCreated: (reference: Reference) => void;
}

/** A new record over what is on the screen. Loaded when first needed. */
export default function CreateModal({ entity, initial, onClose, onCreated }: Props) {
  const { t } = useTranslation();
  const catalog = useCatalog();
  const form = useRef<CreateHandle>(null);
  const shown = ownPaths(formOf(catalog, entity).tabs.flatMap((tab) => tab.components), 'quick');
  const hasLines = lineOwners(catalog, entity).some((field) => shown.includes(field.name));
  // The window hears Escape before the cell of a line does, which is what it is meant for.
  const leave = () => document.activeElement?.closest('.cell-editor') || form.current?.leave();
  return (
    <Modal opened onClose={leave} size={hasLines ? 900 : 640} title={newLabel(entity)} closeButtonProps={{ 'aria-label': t('action.close') }} closeOnClickOutside={false}>
      <CreateForm handle={form} variant="quick" entity={entity} initial={initial} onCancel={onClose} onCreated={onCreated} />
    </Modal>
  );
}
