/** The clock of the workbench, another one in tests. */
export interface Timer {
  after(ms: number, act: () => void): () => void;
  now(): number;
}

export const realTime: Timer = {
  after: (ms, act) => {
    const handle = setTimeout(act, ms);
    return () => clearTimeout(handle);
  },
  now: () => Date.now(),
};
