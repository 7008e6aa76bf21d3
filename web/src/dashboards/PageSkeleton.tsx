/** Grey cards while it is not yet known what stands where. */
export function PageSkeleton() {
  const card = (key: number, columns: number, rows: number) => <div key={key} className="dashboard-cell" style={{ gridColumn: `span ${columns}`, gridRow: `span ${rows}` }}><div className="card widget"><div className="skeleton-lines"><span className="skeleton" style={{ width: '40%' }} /><span className="skeleton" style={{ width: '70%' }} /></div></div></div>;
  return <div className="dashboard-grid page-skeleton" aria-hidden>{[0, 1, 2, 3].map((key) => card(key, 3, 2))}{card(4, 5, 5)}{card(5, 7, 5)}</div>;
}
