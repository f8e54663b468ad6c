/**
 * What a file of rows does to what its feed sent before: an incremental one adds,
 * changes and deletes what it names; a full one is the whole, and what it lacks
 * is gone at the source. A full file that would remove much is most often cut
 * off or of somebody else, so it waits for a person.
 */
import type { Feed, FileLayout } from "#governance";
import type { Sql } from "#platform";
import type { DelimitedFile, FileFault } from "./map/csv/index.ts";
import type { Mapped, MappedPatient, MapResult, Mark, Removed } from "./mapped.ts";
import type { Waiting } from "./queue.ts";

export type Load = "full" | "incremental";

/** A file as it was read, on its way to `settleFile`. */
export type FileToLoad = { load: Load; layout: FileLayout; file: DelimitedFile };

/** What goes back to the sender of a file. */
export type FileReport = {
  load: Load;
  layout: string;
  encoding: string;
  /** Rows of the file, those that went in, those that were deleted by name, and records that a full load removed. */
  rows: number;
  taken: number;
  deleted: number;
  removed: number;
  /** Set where the heading lacks what the layout needs: nothing of the file was read. */
  heading: DelimitedFile["heading"];
  faults: readonly FileFault[];
};

const MOST_REMOVED_PERCENT = 20;
/** Findings of one file that are listed in quarantine; the report has them all. */
const MOST_MARKS = 1000;

/** `said`: the message that said it, or the one whose replay did: message ids are in the order of time. */
type FileRow = { localId: string; items: string[]; said: string };

/** The mapped message with what is to be removed, or why the file waits; writes the report, and the rows that stand now. */
export async function settleFile(sql: Sql, feed: Feed, message: Waiting, mapped: Mapped & { file: FileToLoad }): Promise<MapResult> {
  const { load, layout, file } = mapped.file;
  const report: FileReport = { load, layout: layout.id, encoding: file.encoding, rows: file.count, taken: file.rows.length, deleted: 0, removed: 0, heading: file.heading, faults: file.faults };
  if (file.heading !== null || (file.rows.length === 0 && file.deleted.length === 0)) {
    await writeReport(sql, message, { ...report, taken: 0 });
    const marks = marksOf(file.faults);
    return { ok: false, marks: marks.length > 0 ? marks : [{ code: "feeds.csv-empty", why: "the file holds no row that could be used", place: "message" }] };
  }
  const [all, replay] = await Promise.all([rowsBefore(sql, feed.id, load === "full" ? null : [...file.rows.map((row) => row.sourceKey), ...file.deleted.map((row) => row.sourceKey)]), replayOf(sql, message)]);
  const said = replay.of ?? message.messageId;
  // What a later file said stands, though an earlier one is taken up again.
  const later = new Map([...all].filter(([, row]) => row.said > said));
  const before = new Map([...all].filter(([key]) => !later.has(key)));
  const every = file.rows.map((row): [string, FileRow] => [row.sourceKey, { localId: row.sourcePatient.localId, items: itemsOf(row.resources, row.sourcePatient.localId, row.sourceKey), said }]);
  const now = new Map(every.filter(([key]) => !later.has(key)));
  const stale = new Set(every.filter(([key]) => later.has(key)).flatMap(([, row]) => row.items.map((item) => `${row.localId} ${item}`)));
  const faults = [...file.faults];
  const leaving = new Map<string, FileRow>();
  for (const row of file.deleted) {
    // A row that a later part of the file puts again stands; one that was never sent is told, and tried all the same.
    if (now.has(row.sourceKey) || later.has(row.sourceKey)) continue;
    const known = before.get(row.sourceKey);
    if (known === undefined) faults.push({ row: row.row, column: "", code: "delete-unknown", severity: "warning", value: row.sourceKey, why: "no such row was sent before" });
    leaving.set(row.sourceKey, known ?? { localId: row.localId, items: itemsOf(layout.kinds[row.kind]!.resources, row.localId, row.sourceKey), said });
  }
  const deleted = leaving.size;
  const marks: Mark[] = [];
  const gone = load === "full" ? goneFrom(before, now, leaving, file) : [];
  if (gone.length > 0 && file.unknown > 0) {
    marks.push({ code: "feeds.csv-full-incomplete", why: `${file.unknown} rows could not be told apart, so nothing is removed by this load; ${gone.length} records are not in it`, place: "message" });
  } else if (gone.length > 0) {
    const most = Number(feed.options?.["mostRemovedPercent"] ?? MOST_REMOVED_PERCENT);
    if (gone.length * 100 > before.size * most && !replay.isReleased) {
      await writeReport(sql, message, { ...report, taken: 0, faults });
      return { ok: false, marks: [{ code: "feeds.csv-mass-delete", why: `the full file would remove ${gone.length} of ${before.size} records (more than ${most} %): nothing of it is applied until a person has looked at it and replays it`, place: "message" }, ...marksOf(faults)] };
    }
    for (const key of gone) leaving.set(key, before.get(key)!);
  }
  const removed = removedItems(before, now, leaving);
  await Promise.all([writeRows(sql, feed.id, said, now, [...leaving.keys()]), writeReport(sql, message, { ...report, deleted, removed: leaving.size - deleted, faults })]);
  return { ok: true, mapped: { ...mapped, patients: withRemovals(withoutStale(mapped.patients, stale), removed, message.received), marks: [...mapped.marks, ...marks, ...marksOf(faults)] } };
}

/** Type and source key of what a row becomes; the Patient itself is the person and never leaves by a row. */
function itemsOf(resources: readonly { resourceType: string }[], localId: string, sourceKey: string): string[] {
  return resources.map((resource, index) => `${resource.resourceType} ${itemKey(resource.resourceType, localId, sourceKey, index)}`).filter((item) => !item.startsWith("Patient "));
}

/** The source key of one of the resources of a row. */
export const itemKey = (type: string, localId: string, sourceKey: string, index: number): string => (type === "Patient" ? localId : `${sourceKey}${index > 0 ? `#${index}` : ""}`);

function goneFrom(before: ReadonlyMap<string, FileRow>, now: ReadonlyMap<string, FileRow>, leaving: ReadonlyMap<string, FileRow>, file: DelimitedFile): string[] {
  const held = new Set(file.held);
  return [...before.keys()].filter((key) => !now.has(key) && !leaving.has(key) && !held.has(key));
}

/** Items that leave, by whose they are: of rows that go, and of rows that are now somebody else's or become something else. */
function removedItems(before: ReadonlyMap<string, FileRow>, now: ReadonlyMap<string, FileRow>, leaving: ReadonlyMap<string, FileRow>): Map<string, Removed[]> {
  const removed = new Map<string, Removed[]>();
  const add = (localId: string, items: readonly string[]): void => {
    const mine = removed.get(localId) ?? [];
    for (const item of items) mine.push({ type: item.slice(0, item.indexOf(" ")), sourceKey: item.slice(item.indexOf(" ") + 1) });
    if (mine.length > 0) removed.set(localId, mine);
  };
  for (const row of leaving.values()) add(row.localId, row.items);
  for (const [key, row] of now) {
    const was = before.get(key);
    if (was === undefined) continue;
    add(was.localId, was.localId === row.localId ? was.items.filter((item) => !row.items.includes(item)) : was.items);
  }
  return removed;
}

function withRemovals(patients: readonly MappedPatient[], removed: ReadonlyMap<string, Removed[]>, at: Date): MappedPatient[] {
  const present = new Set(patients.map((patient) => patient.localId));
  return [
    ...patients.map((patient) => (removed.has(patient.localId) ? { ...patient, removed: removed.get(patient.localId)! } : patient)),
    ...[...removed].filter(([localId]) => !present.has(localId)).map(([localId, mine]): MappedPatient => ({ localId, demographics: null, at, items: [], removed: mine })),
  ];
}

function withoutStale(patients: readonly MappedPatient[], stale: ReadonlySet<string>): readonly MappedPatient[] {
  if (stale.size === 0) return patients;
  return patients.map((patient) => ({ ...patient, items: patient.items.filter((item) => !stale.has(`${patient.localId} ${item.resource.resourceType} ${item.sourceKey}`)) }));
}

function marksOf(faults: readonly FileFault[]): Mark[] {
  const marks = faults.slice(0, MOST_MARKS).map((fault): Mark => ({ code: "feeds.csv", why: `${fault.why}${fault.value ? `: "${fault.value.slice(0, 60)}"` : ""}`, place: `row ${fault.row}, column ${fault.column}` }));
  if (faults.length > MOST_MARKS) marks.push({ code: "feeds.csv", why: `${faults.length - MOST_MARKS} more findings are in the report to the sender`, place: "message" });
  return marks;
}

// -- the tables ----------------------------------------------------------------

/** What stands of a feed's rows; all of them for a full load. */
async function rowsBefore(sql: Sql, feed: string, keys: readonly string[] | null): Promise<Map<string, FileRow>> {
  const { rows } = await sql.query<{ row_key: string; local_id: string; items: string[]; message_id: string }>("select row_key, local_id, items, message_id from files.sent_row where feed = $1 and ($2::text[] is null or row_key = any($2::text[]))", [feed, keys]);
  return new Map(rows.map((row) => [row.row_key, { localId: row.local_id, items: row.items, said: row.message_id }]));
}

function writeRows(sql: Sql, feed: string, messageId: string, now: ReadonlyMap<string, FileRow>, leaving: readonly string[]): Promise<unknown> {
  const rows = [...now];
  return Promise.all([
    leaving.length > 0 && sql.query("delete from files.sent_row where feed = $1 and row_key = any($2::text[])", [feed, leaving]),
    rows.length > 0 &&
      sql.query(
        `insert into files.sent_row (feed, row_key, local_id, items, message_id) select $1, n.key, n.local_id, string_to_array(n.items, E'\\n'), $2 from unnest($3::text[], $4::text[], $5::text[]) as n(key, local_id, items)
         on conflict (feed, row_key) do update set local_id = excluded.local_id, items = excluded.items, message_id = excluded.message_id`,
        [feed, messageId, rows.map(([key]) => key), rows.map(([, row]) => row.localId), rows.map(([, row]) => row.items.map((item) => item.replaceAll("\n", " ")).join("\n"))],
      ),
  ]);
}

/** Which message this one replays, and whether that was held for what it removes: then somebody has looked at it, and the replay says who and why. */
async function replayOf(sql: Sql, message: Waiting): Promise<{ of: string | null; isReleased: boolean }> {
  const { rows } = await sql.query<{ replays: string | null; held: boolean }>(
    "select i.replays, exists (select 1 from feeds.quarantine q where q.feed = i.feed and q.message_id = i.replays and q.code = 'feeds.csv-mass-delete') as held from feeds.inbox i where i.feed = $1 and i.message_id = $2",
    [message.feed, message.messageId],
  );
  return { of: rows[0]?.replays ?? null, isReleased: rows[0]?.held ?? false };
}

function writeReport(sql: Sql, message: Waiting, report: FileReport): Promise<unknown> {
  return sql.query("insert into files.report (feed, message_id, report) values ($1, $2, $3) on conflict (feed, message_id) do update set report = excluded.report", [message.feed, message.messageId, JSON.stringify(report)]);
}

/** The report on a file; `null` where the message is none of the feed's, no file, or not applied yet. */
export async function readFileReport(sql: Sql, feed: string, messageId: string): Promise<FileReport | null> {
  const { rows } = await sql.query<{ report: string }>("select report from files.report where feed = $1 and message_id = $2", [feed, messageId]);
  return rows[0] === undefined ? null : (JSON.parse(rows[0].report) as FileReport);
}

/** The report as a delimited file itself; a value that a spreadsheet would run stands behind an apostrophe. */
export function reportCsv(report: FileReport): string {
  const cell = (text: string): string => `"${(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  const lines = report.faults.map((fault) => [String(fault.row), cell(fault.column), fault.code, fault.severity, cell(fault.why), cell(fault.value)].join(","));
  return `\ufeffrow,column,code,severity,words,value\r\n${lines.map((line) => `${line}\r\n`).join("")}`;
}
