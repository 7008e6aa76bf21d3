import { useEffect, useState } from 'react';

/** Grey bars in the place of the shell; nothing for the first 300 ms. */
export function ShellSkeleton({ mobile }: { mobile: boolean }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 300);
    return () => clearTimeout(timer);
  }, []);
  if (!shown) return null;
  return (
    <div className="shell" aria-busy>
      {!mobile && (
        <div className="rail">
          {[120, 190, 90, 110, 84, 130, 100].map((width, index) => <span key={index} className="skeleton" style={{ width, margin: '10px 8px' }} />)}
        </div>
      )}
      <div className="main"><div className="top-bar"><span className="skeleton" style={{ width: 140 }} /></div></div>
    </div>
  );
}
