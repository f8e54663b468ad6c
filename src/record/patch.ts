/**
 * What a source says of an item that is here already without saying it whole: a
 * document cancelled or replaced (MDM T11, T10), a visit that enters another
 * patient (ADT A45). The present body is read, changed and stored as its next
 * version; it never leaves this room.
 */
import type { Sql } from "#platform";
import { parseJson, type Resource } from "#standards";
import { unpackBody } from "./body.ts";
import type { DocumentRow } from "./documents/keep.ts";
import { keepHistory, remove, type Current, type Gone, type Left } from "./history.ts";
import { feedResourceKey, resourceId } from "./resource-id.ts";
import { newRow, writeRows, type Row } from "./rows.ts";
import type { StoreRequest } from "./write.ts";

/** `otherwise` is stored where the item is not here yet; without it the patch then does nothing. */
export type Patch = {
  type: string;
  sourceKey: string;
  /** The fields, or the item as it is from now on, out of what is here and `otherwise`. */
  set: Readonly<Record<string, unknown>> | ((present: Resource, given: Resource) => Resource);
  otherwise?: Resource;
  /** What `keepDocuments` took out of `otherwise`. */
  documents?: readonly DocumentRow[];
};

/** `to`: the home key of the patient whom the item enters. */
export type Move = { type: string; sourceKey: string; to: string };

type Present = { message_id: string; resource_key: string; type: string; source_key: string; body_hash: string; version: number; source_time: Date | null; chunk_index: number; bytes: Buffer };

const PRESENT = `select r.message_id, r.resource_key, r.type, r.source_key, r.body_hash::text, r.version, r.source_time, r.chunk_index, c.bytes from record.resource r
  join record.body_chunk c on c.source_patient_id = r.source_patient_id and c.chunk_id = r.chunk_id`;

const bodyOf = (row: Present): Resource => parseJson(unpackBody(row.bytes, row.chunk_index)) as Resource;

/** The item with its fields set anew, as a row to store; `null` where there is nothing to change. `current` and `gone` learn what was found. */
export async function patched(sql: Sql, request: StoreRequest, patch: Patch, current: Map<string, Current>, gone: Map<string, Gone>): Promise<Row | null> {
  const key = feedResourceKey(request.feed, patch.type, patch.sourceKey);
  const home = `${request.sourcePatientId} ${key}`;
  const [present, earlier] = await Promise.all([
    sql.query<Present>(`${PRESENT} where r.source_patient_id = $1 and r.resource_key = $2`, [request.sourcePatientId, key]),
    sql.query<{ version: number | null; removed: Date | null }>("select max(version) as version, max(removed) as removed from record.resource_history where source_patient_id = $1 and resource_key = $2", [request.sourcePatientId, key]),
  ]);
  const row = present.rows[0];
  if (row !== undefined) {
    current.set(home, { bodyHash: row.body_hash, version: row.version, at: row.source_time });
    const body = bodyOf(row);
    const resource = typeof patch.set === "function" ? patch.set(body, patch.otherwise!) : ({ ...body, ...patch.set } as Resource);
    const brought = typeof patch.set === "function" ? (patch.documents ?? []) : [];
    // The documents of the version before are those of this one, but where it brings another in their place.
    const kept = await presentDocuments(sql, request.sourcePatientId, key, row.message_id);
    return newRow(request, { sourceKey: patch.sourceKey, resource, documents: [...kept.filter((each) => brought.every(({ place }) => place !== each.place)), ...brought] });
  }
  if (patch.otherwise === undefined) return null;
  const last = earlier.rows[0];
  if (last?.version != null) gone.set(home, { version: last.version, removed: last.removed });
  return newRow(request, { sourceKey: patch.sourceKey, resource: patch.otherwise, ...(patch.documents && { documents: patch.documents }) });
}

async function presentDocuments(sql: Sql, home: string, key: string, messageId: string): Promise<DocumentRow[]> {
  const { rows } = await sql.query<{ place: string; hash: string; size: number; stated_type: string; kind: DocumentRow["kind"]; title: string | null; in_body: boolean; text_state: DocumentRow["text"]["state"]; text_why: string | null }>(
    "select place, encode(hash, 'hex') as hash, size, stated_type, kind, title, in_body, text_state, text_why from record.document where source_patient_id = $1 and resource_key = $2 and message_id = $3",
    [home, key, messageId],
  );
  return rows.map((row) => ({ place: row.place, hash: row.hash, size: row.size, statedType: row.stated_type, kind: row.kind, title: row.title, inBody: row.in_body, text: { state: row.text_state, why: row.text_why, words: null } }));
}

/**
 * Items leave this patient for another, with everything of the feed that names them
 * (a visit's diagnoses, results, documents). What the message itself said of the
 * item at its new place stands; what it left out is carried over. Both sides keep
 * the history. The caller holds the row locks of both.
 */
export async function leaveFor(sql: Sql, request: StoreRequest, moves: readonly Move[]): Promise<Left[]> {
  const { rows: mine } = await sql.query<Present>(`${PRESENT} where r.source_patient_id = $1 and r.feed = $2 and r.type <> 'Patient'`, [request.sourcePatientId, request.feed]);
  const gone: Left[] = [];
  for (const move of moves) {
    const key = feedResourceKey(request.feed, move.type, move.sourceKey);
    const name = `${move.type}/${resourceId(request.sourcePatientId, key)}`;
    const leaving = mine.filter((row) => row.resource_key === key || referencesOf(bodyOf(row)).has(name));
    if (leaving.length === 0) continue;
    const [{ rows: there }, { rows: before }] = await Promise.all([
      sql.query<Present>(`${PRESENT} where r.source_patient_id = $1 and (r.resource_key = any($2::uuid[]) or (r.type = 'Patient' and r.feed = $3))`, [move.to, leaving.map((row) => row.resource_key), request.feed]),
      sql.query<{ resource_key: string; version: number }>("select resource_key, max(version) as version from record.resource_history where source_patient_id = $1 and resource_key = any($2::uuid[]) group by resource_key", [move.to, leaving.map((row) => row.resource_key)]),
    ]);
    const names = new Map(leaving.map((row) => [`${row.type}/${resourceId(request.sourcePatientId, row.resource_key)}`, `${row.type}/${resourceId(move.to, row.resource_key)}`]));
    const [from, to] = [mine.find((row) => row.type === "Patient") ?? (await patientOf(sql, request.sourcePatientId, request.feed)), there.find((row) => row.type === "Patient")];
    if (from && to) names.set(`Patient/${resourceId(request.sourcePatientId, from.resource_key)}`, `Patient/${resourceId(move.to, to.resource_key)}`);
    const entering = leaving.map((row) => {
      const said = there.find((each) => each.resource_key === row.resource_key);
      const resource = renamed({ ...bodyOf(row), ...(said && bodyOf(said)) }, names) as Resource;
      const next = newRow({ ...request, sourcePatientId: move.to }, { sourceKey: row.source_key, resource, resourceKey: row.resource_key });
      next.version = (before.find((each) => each.resource_key === row.resource_key)?.version ?? 0) + 1;
      return { row: next, isUpdate: said !== undefined };
    });
    const updated = entering.filter((each) => each.isUpdate).map((each) => each.row.key);
    if (updated.length > 0) await keepHistory(sql, updated.map(() => move.to), updated);
    await Promise.all(writeRows(sql, entering.map((each) => each.row)));
    await copyDocuments(sql, request.sourcePatientId, move.to, leaving.map((row) => row.resource_key));
    gone.push(...(await remove(sql, request, leaving)));
  }
  return gone;
}

/** What lies in the document store is the same bytes for both; each home has its own rows of it. */
function copyDocuments(sql: Sql, from: string, to: string, keys: readonly string[]): Promise<unknown> {
  const columns = "resource_key, place, hash, size, stated_type, kind, title, in_body, feed, message_id, received, text_state, text_why, text_again, text_tries, pages";
  return Promise.all([
    sql.query(`insert into record.document (source_patient_id, ${columns}) select $2, ${columns} from record.document where source_patient_id = $1 and resource_key = any($3::uuid[]) on conflict do nothing`, [from, to, keys]),
    sql.query(
      `insert into record.document_text (source_patient_id, hash, page, text) select $2, t.hash, t.page, t.text from record.document_text t
       where t.source_patient_id = $1 and t.hash in (select hash from record.document where source_patient_id = $1 and resource_key = any($3::uuid[])) on conflict do nothing`,
      [from, to, keys],
    ),
  ]);
}

async function patientOf(sql: Sql, home: string, feed: string): Promise<Present | undefined> {
  return (await sql.query<Present>(`${PRESENT} where r.source_patient_id = $1 and r.feed = $2 and r.type = 'Patient'`, [home, feed])).rows[0];
}

/** Every reference in a resource. */
function referencesOf(value: unknown, found = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null) return found;
  for (const [name, field] of Object.entries(value)) {
    if (name === "reference" && typeof field === "string") found.add(field);
    else referencesOf(field, found);
  }
  return found;
}

function renamed(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((each) => renamed(each, names));
  if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, name === "reference" && typeof field === "string" ? (names.get(field) ?? field) : renamed(field, names)]));
}
