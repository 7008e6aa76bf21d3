let last: { entity: string; ids: string[]; count: number | null } = { entity: '', ids: [], count: null };

/** The list a card was opened from tells the card what stands before and after it. */
export function rememberList(entity: string, ids: string[], count: number | null) {
  last = { entity, ids, count };
}

export function neighboursOf(entity: string, id: string) {
  const index = last.entity === entity ? last.ids.indexOf(id) : -1;
  if (index < 0) return null;
  return { position: index + 1, total: last.count ?? last.ids.length, previous: last.ids[index - 1], next: last.ids[index + 1] };
}
