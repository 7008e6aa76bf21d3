/** The draft on the analyst's side: documents, undo, autosave. Knows no React. */
import { equal, tidy } from '../model/equal';
import { History, type Change } from '../model/history';
import { distinct } from '../model/problems';
import { follow, publishedByKey, renamesOf } from '../model/rename';
import { keyOf, splitKey, type Doc, type DocState, type DraftItem, type Kind, type Problem } from '../model/types';

/** What the workbench asks of the server. */
export interface DraftApi {
  published(): Promise<{ revision: number; documents: Doc[] }>;
  drafts(): Promise<{ items: DraftItem[]; problems: Problem[] }>;
  read(kind: Kind, name: string): Promise<Doc & { state?: DocState }>;
  /** Keeps a document; `name` is what the draft knows it by, when the document gives it another name. */
  write(doc: Doc, name?: string): Promise<{ doc: Doc; problems: Problem[] }>;
  remove(kind: Kind, name: string): Promise<void>;
  discard(items: { kind: Kind; name: string }[]): Promise<void>;
}

/** The server found mistakes in the document and did not take it. */
export class Refused extends Error {
  constructor(readonly problems: Problem[]) {
    super('refused');
  }
}

export type SaveStatus = 'clean' | 'waiting' | 'saving' | 'saved' | 'refused' | 'offline';

export interface Snapshot {
  ready: boolean;
  failure?: unknown;
  revision: number;
  documents: Map<string, Doc>;
  published: Map<string, Doc>;
  removed: Set<string>;
  items: Map<string, DraftItem>;
  problems: Problem[];
  status: SaveStatus;
  savedAt?: Date;
  canUndo: boolean;
  canRedo: boolean;
}

interface Timer {
  after(ms: number, act: () => void): () => void;
  now(): number;
}

const realTime: Timer = {
  after: (ms, act) => {
    const handle = setTimeout(act, ms);
    return () => clearTimeout(handle);
  },
  now: () => Date.now(),
};

const PAUSE = 2000;
const RETRY = 5000;

export class Workbench {
  private listeners = new Set<() => void>();
  private history = new History<Doc>();
  private dirty = new Set<string>();
  private refusals = new Map<string, Problem[]>();
  private across: Problem[] = [];
  private cancel?: () => void;
  private running?: Promise<void>;
  private isRenaming = false;
  private state: Snapshot = {
    ready: false, revision: 0, documents: new Map(), published: new Map(), removed: new Set(), items: new Map(), problems: [], status: 'clean', canUndo: false, canRedo: false,
  };

  constructor(private api: DraftApi, private time: Timer = realTime) {}

  snapshot = (): Snapshot => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Reads the published documents and the draft; what is typed and not saved yet stays. */
  async load(): Promise<void> {
    try {
      const [published, drafts] = await Promise.all([this.api.published(), this.api.drafts()]);
      const changed = drafts.items.filter((item) => item.state === 'added' || item.state === 'changed');
      const drafted = (await inBatches(changed, 8, (item) => this.api.read(item.kind, item.name))).map(bare);
      const renames = renamesOf(published.documents, drafted);
      const old = publishedByKey(published.documents, renames);
      const documents = new Map(old);
      const removed = new Set<string>();
      for (const item of drafts.items) if (item.state === 'removed') removed.add(keyOf(item));
      for (const key of removed) documents.delete(key);
      for (const doc of drafted) documents.set(keyOf(doc), follow(doc, renames));
      for (const key of this.dirty) {
        const mine = this.state.documents.get(key);
        if (mine) documents.set(key, mine);
        else documents.delete(key);
      }
      this.across = drafts.problems;
      const items = new Map(drafts.items.filter((item) => item.state !== 'published').map((item) => [keyOf(item), item]));
      this.set({ ready: true, failure: undefined, revision: published.revision, published: old, documents, removed, items });
    } catch (failure) {
      this.set({ failure });
    }
  }

  /** Changes a document, to be saved a moment later. Acts with the same mark in a row undo as one. */
  edit(doc: Doc, mark?: string): void {
    this.act([{ key: keyOf(doc), before: this.version(keyOf(doc)), after: tidy(doc) }], mark);
  }

  /** Changes several documents as one act. */
  editAll(docs: Doc[]): void {
    this.act(docs.map((doc) => ({ key: keyOf(doc), before: this.version(keyOf(doc)), after: tidy(doc) })));
  }

  /** Marks a document for removal by the next publish; one that was never published just goes. */
  removeDocument(key: string): void {
    this.act([{ key, before: this.version(key), after: this.state.published.has(key) ? null : undefined }]);
  }

  /** Gives an entity another technical name, at once: everything else speaks of it by that name from then on. */
  async rename(key: string, name: string): Promise<void> {
    const from = splitKey(key).name;
    await this.giveName(from, name);
    this.history.push({ changes: [], rename: { from, to: name }, at: this.time.now() });
    this.set({});
  }

  private async giveName(from: string, to: string): Promise<void> {
    await this.flush();
    const doc = this.state.documents.get(keyOf({ kind: 'entity', name: from }));
    if (!doc) return;
    await this.api.write({ ...doc, name: to }, from);
    await this.load();
  }

  /** Gives the name back, or once more; where that cannot be, the act stays as it was. */
  private async giveNameAgain(from: string, to: string, stay: () => void): Promise<void> {
    this.isRenaming = true;
    this.set({});
    try {
      await this.giveName(from, to);
    } catch (failure) {
      stay();
      if (failure instanceof Refused) this.refusals.set(keyOf({ kind: 'entity', name: from }), failure.problems);
      await this.load();
    } finally {
      this.isRenaming = false;
      this.set({});
    }
  }

  private isRenamed(key: string): boolean {
    const old = this.state.published.get(key);
    return old !== undefined && keyOf(old) !== key;
  }

  /** Gives up the changes of one document. */
  revert(key: string): void {
    if (this.isRenamed(key)) return void this.giveUp([splitKey(key)]).catch(() => this.load());
    this.act([{ key, before: this.version(key), after: this.state.published.get(key) }]);
  }

  undo(): void {
    const act = this.isRenaming ? undefined : this.history.undo();
    if (act?.rename) void this.giveNameAgain(act.rename.to, act.rename.from, () => this.history.redo());
    else this.replay(act?.changes, 'before');
  }

  redo(): void {
    const act = this.isRenaming ? undefined : this.history.redo();
    if (act?.rename) void this.giveNameAgain(act.rename.from, act.rename.to, () => this.history.undo());
    else this.replay(act?.changes, 'after');
  }

  /** Gives up everything; it can be undone while the page is open. */
  revertAll(): void {
    if ([...this.state.published.keys()].some((key) => this.isRenamed(key))) return void this.giveUp([]).catch(() => this.load());
    const changes = [...this.changed().keys()].map((key) => ({ key, before: this.version(key), after: this.state.published.get(key) }));
    if (changes.length) this.act(changes);
  }

  /** Gives changes up on the server: with an old name comes back all that speaks of it. */
  private async giveUp(items: { kind: Kind; name: string }[]): Promise<void> {
    await this.flush();
    await this.api.discard(items);
    // What was done before cannot be undone any more, for it was done under other names.
    this.history.clear();
    await this.load();
  }

  /** The state of every document that differs from the published one. */
  changed(): Map<string, DocState> {
    const { documents, published, removed } = this.state;
    const found = new Map<string, DocState>();
    for (const [key, doc] of documents) {
      const old = published.get(key);
      if (!old) found.set(key, 'added');
      else if (old !== doc && !equal(old, doc)) found.set(key, 'changed');
    }
    for (const key of removed) found.set(key, 'removed');
    return found;
  }

  /** Saves now, and waits for it. */
  async flush(): Promise<void> {
    this.cancel?.();
    while (this.running) await this.running;
    if (this.dirty.size) await this.save();
  }

  hasUnsaved(): boolean {
    return this.dirty.size > 0;
  }

  private version(key: string): Doc | undefined | null {
    return this.state.removed.has(key) ? null : this.state.documents.get(key);
  }

  private act(changes: Change<Doc>[], mark?: string): void {
    const real = changes.filter((change) => !equal(change.before, change.after));
    if (!real.length) return;
    this.history.push({ changes: real, at: this.time.now(), mark });
    this.apply(real.map(({ key, after }) => [key, after]));
  }

  private replay(changes: Change<Doc>[] | undefined, side: 'before' | 'after'): void {
    if (changes) this.apply(changes.map((change) => [change.key, change[side]]));
  }

  private apply(versions: [string, Doc | undefined | null][]): void {
    const documents = new Map(this.state.documents);
    const removed = new Set(this.state.removed);
    for (const [key, doc] of versions) {
      removed.delete(key);
      if (doc) documents.set(key, doc);
      else documents.delete(key);
      if (doc === null) removed.add(key);
      this.dirty.add(key);
    }
    this.set({ documents, removed, status: 'waiting' });
    this.plan(PAUSE);
  }

  private plan(ms: number): void {
    this.cancel?.();
    this.cancel = this.time.after(ms, () => void this.save());
  }

  private save(): Promise<void> {
    this.running ??= this.saveAll().finally(() => {
      this.running = undefined;
      if (this.dirty.size && this.state.status === 'waiting') this.plan(PAUSE);
    });
    return this.running;
  }

  private async saveAll(): Promise<void> {
    this.set({ status: 'saving' });
    let offline = false;
    for (const key of [...this.dirty]) {
      const version = this.version(key);
      this.dirty.delete(key);
      try {
        await this.saveOne(key, version);
        this.refusals.delete(key);
      } catch (failure) {
        if (failure instanceof Refused) {
          this.refusals.set(key, failure.problems.map((problem) => ({ ...problem, document: problem.document ?? key })));
        } else {
          this.dirty.add(key);
          offline = true;
        }
      }
    }
    if (!offline) await this.refreshProblems();
    const late = !offline && this.dirty.size > 0;
    const status = offline ? 'offline' : late ? 'waiting' : this.refusals.size ? 'refused' : 'saved';
    this.set({ status, savedAt: status === 'saved' ? new Date(this.time.now()) : this.state.savedAt });
    if (offline) this.plan(RETRY);
  }

  private async saveOne(key: string, version: Doc | undefined | null): Promise<void> {
    const old = this.state.published.get(key);
    if (version === null) return this.api.remove(splitKey(key).kind, splitKey(key).name);
    if (!version || equal(version, old)) return this.api.discard([splitKey(key)]);
    await this.api.write(version);
  }

  /** The problems across documents may change with any save. */
  private async refreshProblems(): Promise<void> {
    try {
      const drafts = await this.api.drafts();
      this.across = drafts.problems;
      const items = new Map(drafts.items.filter((item) => item.state !== 'published').map((item) => [keyOf(item), item]));
      this.set({ items });
    } catch {
      this.set({});
    }
  }

  private set(part: Partial<Snapshot>): void {
    const problems = distinct([...[...this.refusals.values()].flat(), ...this.across]);
    this.state = { ...this.state, ...part, problems, canUndo: !this.isRenaming && this.history.canUndo, canRedo: !this.isRenaming && this.history.canRedo };
    for (const listener of this.listeners) listener();
  }
}

/** The document without what the server says beside it. */
export function bare(doc: Doc & { state?: unknown; problems?: unknown }): Doc {
  const { state: _state, problems: _problems, ...rest } = doc;
  return rest as Doc;
}

async function inBatches<T, R>(things: T[], size: number, act: (thing: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < things.length; at += size) results.push(...(await Promise.all(things.slice(at, at + size).map(act))));
  return results;
}
