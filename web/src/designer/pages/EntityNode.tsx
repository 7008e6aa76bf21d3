import { Handle, Position, type NodeProps } from '@xyflow/react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { FieldType } from '@/catalog/types';
import { EntityIcon } from '@/ui/EntityIcon';
import { FieldTypeIcon } from '@/ui/FieldTypeIcon';
import type { EntityView } from '../state/views';

export type EntityNodeData = { view: EntityView; changed: boolean; fields: { id: string; label: string; type: string }[]; more: number };

/** A card of the diagram: a click or Enter opens the entity. */
export function EntityNode({ data }: NodeProps & { data: EntityNodeData }) {
  const { t } = useTranslation('studio');
  return (
    <Link to={`/studio/model/${data.view.name}`} className="card diagram-card nodrag-none">
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <span className="diagram-head">
        <span className={`mark ${data.view.system ? 'hue-slate' : 'hue-blue'}`} style={{ width: 24, height: 24, borderRadius: 6 }}><EntityIcon name={data.view.icon} size={14} /></span>
        <span className="strong ellipsis grow">{data.view.label}</span>
        {data.changed && <span className="changed-point" role="img" aria-label={t('tree.changed')} />}
      </span>
      {data.fields.map((field) => <span key={field.id} className="diagram-field"><FieldTypeIcon type={field.type as FieldType} size={13} /><span className="ellipsis">{field.label}</span></span>)}
      {data.more > 0 && <span className="diagram-field dim">{t('diagram.more', { count: data.more })}</span>}
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </Link>
  );
}
