/** Places of cards, left to right, by dagre. */
import dagre from '@dagrejs/dagre';
import type { Edge, Node } from '@xyflow/react';

const WIDTH = 208;

export function layout<T extends Node>(nodes: T[], edges: Edge[], heightOf: (node: T) => number): T[] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 96, marginx: 8, marginy: 8 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const node of nodes) graph.setNode(node.id, { width: WIDTH, height: heightOf(node) });
  for (const edge of edges) if (edge.source !== edge.target) graph.setEdge(edge.source, edge.target);
  dagre.layout(graph);
  return nodes.map((node) => {
    const place = graph.node(node.id) as { x: number; y: number };
    return { ...node, position: { x: place.x - WIDTH / 2, y: place.y - heightOf(node) / 2 } };
  });
}
