import '@xyflow/react/dist/style.css';
import { Background, Controls, ReactFlow, ReactFlowProvider, useNodesInitialized, useReactFlow, type Edge, type Node } from '@xyflow/react';
import { SegmentedControl, useMantineColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconSitemap } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { State } from '@/ui/State';
import { labelOf } from '../model/types';
import { drawn } from '../model/usage';
import { layout } from '../parts/layout';
import { useStudio } from '../state/StudioProvider';
import { EntityNode, type EntityNodeData } from './EntityNode';

const TYPES = { entity: EntityNode };
const SHOWN = 7;

/** Entities and relations as a drawing that lays itself out. */
export function DiagramPage() {
  return <ReactFlowProvider><Diagram /></ReactFlowProvider>;
}

function Diagram() {
  const { t } = useTranslation('studio');
  const { entities, documents, language, changed } = useStudio();
  const [system, setSystem] = useState('own');
  const { colorScheme } = useMantineColorScheme();
  const views = entities.filter((view) => system === 'all' || !view.system);

  const { nodes, edges } = useMemo(() => {
    const names = new Set(views.map((view) => view.name));
    const found = drawn(documents).filter((edge) => names.has(edge.from) && names.has(edge.to));
    const edges: Edge[] = found.map((edge, index) => ({
      id: `${index}`, source: edge.from, target: edge.to, label: labelOf(edge.field, language), focusable: false, selectable: false,
      animated: false, className: edge.field.type === 'children' ? 'edge-children' : undefined, markerEnd: { type: 'arrowclosed' as never, width: 14, height: 14 },
    }));
    const nodes: Node<EntityNodeData>[] = views.map((view) => {
      const fields = view.doc.fields ?? [];
      return {
        id: view.name, type: 'entity', position: { x: 0, y: 0 }, draggable: true, focusable: false, selectable: false,
        data: { view, changed: changed.has(view.key), fields: fields.slice(0, SHOWN).map((field) => ({ id: field.id ?? field.name, label: labelOf(field, language), type: field.type })), more: Math.max(0, fields.length - SHOWN) },
      };
    });
    return { nodes: layout(nodes, edges, (node) => 62 + 24 * (node.data.fields.length + (node.data.more ? 1 : 0))), edges };
  }, [views.map((view) => view.key).join(), documents, language, changed]);

  return (
    <div className="diagram-page">
      <div className="bar">
        <h2 className="section-title grow">{t('crumb.model')}</h2>
        <SegmentedControl aria-label={t('diagram.which')} value={system} onChange={setSystem} data={[{ value: 'own', label: t('diagram.own') }, { value: 'all', label: t('diagram.all') }]} />
      </div>
      {views.length === 0
        ? <State icon={<IconSitemap size={22} stroke={1.75} />} title={t('overview.none')} text={t('overview.none_text')} />
        : <Canvas key={system} nodes={nodes} edges={edges} dark={colorScheme === 'dark' || (colorScheme === 'auto' && window.matchMedia('(prefers-color-scheme: dark)').matches)} />}
    </div>
  );
}

function Canvas({ nodes: given, edges, dark }: { nodes: Node<EntityNodeData>[]; edges: Edge[]; dark: boolean }) {
  const { t } = useTranslation('studio');
  const { fitView } = useReactFlow();
  const ready = useNodesInitialized();
  const { ref, width, height } = useElementSize();
  useEffect(() => {
    if (ready && width && height) void fitView({ padding: 0.08, maxZoom: 1 });
  }, [ready, width, height, fitView, given.length]);
  return (
    <div ref={ref} className="diagram">
      <ReactFlow key={given.map((node) => node.id).join()} defaultNodes={given} edges={edges} nodeTypes={TYPES} fitView fitViewOptions={{ padding: 0.08, maxZoom: 1 }} minZoom={0.1} colorMode={dark ? 'dark' : 'light'} nodesConnectable={false} nodesFocusable={false} edgesFocusable={false} disableKeyboardA11y
        aria-label={t('crumb.model')}>
        <Background gap={16} size={1} />
        <Controls showInteractive={false} aria-label={t('diagram.controls')} />
      </ReactFlow>
    </div>
  );
}
