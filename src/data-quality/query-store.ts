/** All SQL of queries. Pages read them of the source patients that their transaction has opened; intake's role alone writes. */
import type { AccessDecision } from "#decision";
import { isUuid, uuidv7, type Refusal, type Sql } from "#platform";
import { parseResourceId, resourceId } from "#record";
import type { SectionId } from "#standards";
import { alreadyAnswered, noQuery } from "./problems.ts";
import type { Query, QueryAnswer, QueryKind } from "./query.ts";

const COLUMNS = `q.source_patient_id, q.query_id, q.resource_key, q.version, q.section, q.type, q.kind, q.words, q.together_with, q.owner, q.feed, q.message_id, q.asked_by, q.asked_by_name, q.asked_by_role, q.asked_by_organisation, q.asked_at,
  a.answer, a.words as answer_words, a.answered_by_name, a.organisation as answer_organisation, a.answered_at`;
const JOINED = "queries.query q left join queries.answer a on a.source_patient_id = q.source_patient_id and a.query_id = q.query_id";
type Row = {
  source_patient_id: string; query_id: string; resource_key: string; version: number; section: SectionId; type: string; kind: QueryKind; words: string; together_with: string[]; owner: string; feed: string; message_id: string;
  asked_by: string; asked_by_name: string; asked_by_role: string; asked_by_organisation: string; asked_at: Date; answer: QueryAnswer | null; answer_words: string | null; answered_by_name: string | null; answer_organisation: string | null; answered_at: Date | null;
};

const toQuery = (row: Row): Query => ({
  queryId: row.query_id, entryId: resourceId(row.source_patient_id, row.resource_key), sourcePatientId: row.source_patient_id, version: row.version, section: row.section, type: row.type, kind: row.kind, words: row.words, togetherWith: row.together_with, owner: row.owner, feed: row.feed, messageId: row.message_id,
  askedBy: { id: row.asked_by, name: row.asked_by_name, role: row.asked_by_role, organisation: row.asked_by_organisation }, askedAt: row.asked_at,
  answer: row.answer === null ? null : { answer: row.answer, words: row.answer_words!, byName: row.answered_by_name!, organisation: row.answer_organisation!, at: row.answered_at! },
});

/** Keeps what a reader says of an entry, and returns its id. */
export async function askQuery(sql: Sql, query: Omit<Query, "queryId" | "answer" | "sourcePatientId">): Promise<string> {
  const key = parseResourceId(query.entryId);
  if (key === null) throw new Error("a query of no entry");
  const queryId = uuidv7();
  await sql.query(
    `insert into queries.query (source_patient_id, query_id, resource_key, version, section, type, kind, words, together_with, owner, feed, message_id, asked_by, asked_by_name, asked_by_role, asked_by_organisation, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10, $11, $12, $13, $14, $15, $16, $17)`,
    [key.sourcePatientId, queryId, key.resourceKey, query.version, query.section, query.type, query.kind, query.words, [...query.togetherWith], query.owner, query.feed, query.messageId, query.askedBy.id, query.askedBy.name, query.askedBy.role, query.askedBy.organisation, query.askedAt],
  );
  return queryId;
}

/** Open queries of a person's entries, of sections that the reader may see. Whether the reader may see the entry itself is for its row to show: a mark stands with its entry or nowhere. */
export async function readOpenQueries(sql: Sql, decision: AccessDecision): Promise<Query[]> {
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from ${JOINED} where q.source_patient_id = any($1::uuid[]) and q.section = any($2::text[]) and a.query_id is null order by q.asked_at desc, q.query_id`, [decision.sourcePatientIds, [...decision.sections]]);
  return rows.map(toQuery);
}

/** Every query of one entry, answered or not, newest first; for a reader to whom the entry has been shown. */
export async function readQueriesOf(sql: Sql, decision: AccessDecision, entryId: string): Promise<Query[]> {
  const key = parseResourceId(entryId);
  if (key === null || !decision.sourcePatientIds.includes(key.sourcePatientId)) return [];
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from ${JOINED} where q.source_patient_id = $1 and q.resource_key = $2 and q.section = any($3::text[]) order by q.asked_at desc, q.query_id`, [key.sourcePatientId, key.resourceKey, [...decision.sections]]);
  return rows.map(toQuery);
}

/** Queries of these organisations' data for their office, open ones first, the oldest first of these; at most `limit`. `null`: of every organisation. */
export async function readQueriesFor(sql: Sql, owners: readonly string[] | null, limit: number): Promise<{ queries: Query[]; open: number }> {
  const [found, open] = await Promise.all([
    sql.query<Row>(`select ${COLUMNS} from ${JOINED} where ($1::text[] is null or q.owner = any($1)) order by (a.query_id is not null), case when a.query_id is null then q.asked_at end, q.asked_at desc, q.query_id limit $2`, [owners, limit]),
    sql.query<{ n: number }>(`select count(*)::int as n from ${JOINED} where ($1::text[] is null or q.owner = any($1)) and a.query_id is null`, [owners]),
  ]);
  return { queries: found.rows.map(toQuery), open: open.rows[0]!.n };
}

/** One query of these organisations' data. */
export async function readQuery(sql: Sql, owners: readonly string[] | null, sourcePatientId: string, queryId: string): Promise<Query | Refusal> {
  if (!isUuid(sourcePatientId) || !isUuid(queryId)) return noQuery();
  const { rows } = await sql.query<Row>(`select ${COLUMNS} from ${JOINED} where q.source_patient_id = $1 and q.query_id = $2`, [sourcePatientId, queryId]);
  return rows[0] === undefined || (owners !== null && !owners.includes(rows[0].owner)) ? noQuery() : toQuery(rows[0]);
}

/** Keeps the owner's answer; the first stands. */
export async function answerQuery(sql: Sql, query: Pick<Query, "sourcePatientId" | "queryId">, answer: { readonly answer: QueryAnswer; readonly words: string; readonly by: { readonly id: string; readonly name: string; readonly organisation: string }; readonly at: Date }): Promise<true | Refusal> {
  const { rows } = await sql.query(
    `insert into queries.answer (source_patient_id, query_id, answer, words, answered_by, answered_by_name, organisation, answered_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (source_patient_id, query_id) do nothing returning 1`,
    [query.sourcePatientId, query.queryId, answer.answer, answer.words, answer.by.id, answer.by.name, answer.by.organisation, answer.at],
  );
  return rows.length > 0 ? true : alreadyAnswered();
}
