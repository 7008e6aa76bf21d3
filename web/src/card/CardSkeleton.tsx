import { useEffect, useState } from 'react';

export function CardSkeleton() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return <div className="grow" />;
  return (
    <div aria-busy style={{ padding: 20 }}>
      <span className="skeleton" style={{ width: 280, height: 20 }} />
      <div className="card form-grid" style={{ padding: 16, marginTop: 24 }}>{[1, 2, 3, 4, 5, 6].map((item) => <div key={item}><span className="skeleton" style={{ width: 90, marginBottom: 8 }} /><span className="skeleton" style={{ height: 32 }} /></div>)}</div>
    </div>
  );
}
