/** The draft on the analyst's side: documents, undo, autosave. Knows no React. */
import { equal, tidy } from '../model/equal';
import { History, type Change } from '../model/history';
import { distinct } from '../model/problems';
import { follow, publishedByKey, renamesOf } from '../model/rename';
import { keyOf, splitKey, whole, type Doc, type DocState, type DraftItem, type Kind, type Problem } from '../model/types';
import { realTime, type Timer } from './timer';
import { noShelf, type Kept, type Shelf, type Version } from './unsaved';

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
  /** Something on the screen is not what the server's draft has. */
  unsaved: boolean;
  /** What waited in the browser while others changed the same documents: the person chooses. */
  left: Map<string, Kept>;
  savedAt?: Date;
  canUndo: boolean;
  canRedo: boolean;
}

const PAUSE = 2000;
const RETRY = 5000;
/** Marks, on the shelf, what was not put back by itself. */
const LEFT = 'left:';

export class Workbench {
  private listeners = new Set<() => void>();
  private history = new History<Doc>();
  private dirty = new Set<string>();
  private sending?: string;
  private refusals = new Map<string, Problem[]>();
  private across: Problem[] = [];
  /** Why the last undo of a rename did not work; nothing on the screen depends on it. */
  private told: Problem[] = [];
  /** The draft as the server has it. */
  private server = new Map<string, Version>();
  private isPutBack = false;
  /** What was saved since each reading began that still goes on. */
  private readers = new Set<Set<string>>();
  private cancel?: () => void;
  private running?: Promise<void>;
  private isRenaming = false;
  private state: Snapshot = {
    ready: false, revision: 0, documents: new Map(), published: new Map(), removed: new Set(), items: new Map(), problems: [], status: 'clean', unsaved: false, left: new Map(), canUndo: false, canRedo: false,
  };

  constructor(private api: DraftApi, private time: Timer = realTime, private shelf: Shelf = noShelf) {}

  snapshot = (): Snapshot => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Reads the published documents and the draft; what is typed and not saved yet stays. */
  async load(): Promise<void> {
    // What is saved while this reads is newer than what it reads.
    const meanwhile = new Set<string>();
    this.readers.add(meanwhile);
    try {
      const [published, drafts] = await Promise.all([this.api.published(), this.api.drafts()]);
      const changed = drafts.items.filter((item) => item.state === 'added' || item.state === 'changed');
      const drafted = (await inBatches(changed, 8, (item) => this.api.read(item.kind, item.name))).map((doc) => whole(bare(doc)));
      const released = published.documents.map(whole);
      const renames = renamesOf(released, drafted);
      const old = publishedByKey(released, renames);
      const documents = new Map(old);
      const removed = new Set<string>();
      for (const item of drafts.items) if (item.state === 'removed') removed.add(keyOf(item));
      for (const key of removed) documents.delete(key);
      for (const doc of drafted) documents.set(keyOf(doc), follow(doc, renames));
      this.server = new Map<string, Version>([...documents, ...[...removed].map((key): [string, null] => [key, null])]);
      for (const key of new Set([...this.unsavedKeys(), ...meanwhile])) {
        const mine = this.version(key);
        if (meanwhile.has(key) && !this.unsavedKeys().has(key)) this.server.set(key, mine);
        removed.delete(key);
        if (mine) documents.set(key, follow(mine, renames));
        else documents.delete(key);
        if (mine === null) removed.add(key);
      }
      this.across = drafts.problems;
      const items = new Map(drafts.items.filter((item) => item.state !== 'published').map((item) => [keyOf(item), item]));
      this.set({ ready: true, failure: undefined, revision: published.revision, published: old, documents, removed, items });
      if (!this.isPutBack) this.putBack();
    } catch (failure) {
      this.set({ failure });
    } finally {
      this.readers.delete(meanwhile);
    }
  }

  /** Takes from the shelf what an earlier page could not save, where the server's draft is still what it was made of. */
  private putBack(): void {
    this.isPutBack = true;
    const changes: Change<Doc>[] = [];
    const left = new Map<string, Kept>();
    for (const [name, kept] of this.shelf.all()) {
      const key = name.startsWith(LEFT) ? name.slice(LEFT.length) : name;
      const now = this.server.get(key);
      if (equal(kept.mine, now)) this.shelf.drop(name);
      else if (name === key && equal(kept.base, now)) changes.push({ key, before: now, after: kept.mine });
      else {
        left.set(key, kept);
        this.shelf.drop(name);
        this.shelf.put(LEFT + key, kept);
      }
    }
    this.set({ left });
    this.act(changes);
  }

  /** Puts a version that was left aside in the place of the one on the screen. */
  takeLeft(key: string): void {
    const kept = this.state.left.get(key);
    if (kept) this.act([{ key, before: this.version(key), after: kept.mine }]);
    this.dropLeft(key);
  }

  dropLeft(key: string): void {
    const left = new Map(this.state.left);
    left.delete(key);
    this.shelf.drop(LEFT + key);
    this.set({ left });
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

  /** Gives an entity or a dataset another technical name, at once: everything else speaks of it by that name from then on. */
  async rename(key: string, name: string): Promise<void> {
    const to = keyOf({ ...splitKey(key), name });
    await this.giveName(key, to);
    this.history.push({ changes: [], rename: { from: key, to }, at: this.time.now() });
    this.set({});
  }

  private async giveName(from: string, to: string): Promise<void> {
    await this.flush();
    const doc = this.state.documents.get(from);
    if (!doc) return;
    await this.api.write({ ...doc, name: splitKey(to).name }, doc.name);
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
      if (failure instanceof Refused) this.told = failure.problems.map((problem) => ({ ...problem, document: from, severity: 'warning' }));
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

  /** Whether giving up everything can be undone: not with the name of an entity, which comes back at once. */
  canTakeBackAll(): boolean {
    return ![...this.state.published.keys()].some((key) => this.isRenamed(key));
  }

  /** Gives up everything; it can be undone while the page is open. */
  revertAll(): void {
    if (!this.canTakeBackAll()) return void this.giveUp([]).catch(() => this.load());
    const changes = [...this.changed().keys()].map((key) => ({ key, before: this.version(key), after: this.state.published.get(key) }));
    if (changes.length) this.act(changes);
  }

  /** Gives changes up on the server: with an old name comes back all that speaks of it. */
  private async giveUp(items: { kind: Kind; name: string }[]): Promise<void> {
    await this.flush();
    await this.api.discard(items);
    for (const key of items.length ? items.map(keyOf) : this.unsavedKeys()) {
      this.dirty.delete(key);
      this.refusals.delete(key);
      this.shelf.drop(key);
    }
    // What was done before cannot be undone any more, for it was done under other names.
    this.history.clear();
    await this.load();
    this.set({ status: this.refusals.size ? 'refused' : this.dirty.size ? this.state.status : 'clean' });
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

  /** Whether the screen holds anything that the server's draft does not: not sent yet, on its way, or refused. */
  hasUnsaved(): boolean {
    return this.unsavedKeys().size > 0;
  }

  private unsavedKeys(): Set<string> {
    return new Set([...this.dirty, ...this.refusals.keys(), ...(this.sending ? [this.sending] : [])]);
  }

  private shelve(key: string): void {
    if (this.unsavedKeys().has(key)) this.shelf.put(key, { mine: this.version(key), base: this.server.get(key) });
    else this.shelf.drop(key);
  }

  private version(key: string): Version {
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

  private apply(versions: [string, Version][]): void {
    const documents = new Map(this.state.documents);
    const removed = new Set(this.state.removed);
    for (const [key, doc] of versions) {
      removed.delete(key);
      if (doc) documents.set(key, doc);
      else documents.delete(key);
      if (doc === null) removed.add(key);
      this.dirty.add(key);
    }
    this.told = [];
    this.set({ documents, removed, status: 'waiting' });
    for (const [key] of versions) this.shelve(key);
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
      this.sending = key;
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
      this.sending = undefined;
      this.shelve(key);
    }
    if (!offline) await this.refreshProblems();
    const late = !offline && this.dirty.size > 0;
    const status = offline ? 'offline' : late ? 'waiting' : this.refusals.size ? 'refused' : 'saved';
    this.set({ status, savedAt: status === 'saved' ? new Date(this.time.now()) : this.state.savedAt });
    if (offline) this.plan(RETRY);
  }

  private async saveOne(key: string, version: Version): Promise<void> {
    const old = this.state.published.get(key);
    let now: Version = old;
    if (version === null) {
      await this.api.remove(splitKey(key).kind, splitKey(key).name);
      now = null;
    } else if (!version || equal(version, old)) await this.api.discard([splitKey(key)]);
    else now = (await this.api.write(version)).doc;
    this.server.set(key, now);
    for (const meanwhile of this.readers) meanwhile.add(key);
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
    const problems = distinct([...[...this.refusals.values()].flat(), ...this.told, ...this.across]);
    this.state = { ...this.state, ...part, problems, unsaved: this.hasUnsaved(), canUndo: !this.isRenaming && this.history.canUndo, canRedo: !this.isRenaming && this.history.canRedo };
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
