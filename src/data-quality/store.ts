/** All SQL of data quality. Its rows hold places and no values, so that they ask for no decision. */
import type { AppliedMessage } from "#feeds";
import { readCompany } from "#identity";
import { isUuid, type Refusal, type Sql } from "#platform";
import { readAllergyStands } from "#record";
import { alreadyClosed, noIssue } from "./problems.ts";
import type { Dimension, Severity } from "./rule.ts";
import { issuesAcross, speaksOfAllergies, type Company } from "./rules/across-sources.ts";
import { issuesOf } from "./rules/index.ts";

/**
 * Follows what feeds apply: runs the rules on a batch and keeps what they find, in
 * the messages' transaction. One statement asks for the other sources of the persons
 * that are described, one more where allergies are told of; it only adds rows, so
 * that workers never wait for each other here.
 */
export async function lookAtApplied(sql: Sql, messages: readonly AppliedMessage[]): Promise<void> {
  const companyOf = await companies(sql, messages);
  const found = messages.flatMap((each) => [...issuesOf(each), ...issuesAcross(each, companyOf)].map((issue) => ({ ...issue, message: each.message })));
  if (found.length === 0) return;
  await sql.query(
    `insert into data_quality.issue (feed, message_id, rule, dimension, severity, place, found, received)
     select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::timestamptz[]) on conflict (feed, message_id, rule) do nothing`,
    [
      found.map((each) => each.message.feed), found.map((each) => each.message.messageId), found.map((each) => each.rule.id), found.map((each) => each.rule.dimension), found.map((each) => each.rule.severity),
      found.map((each) => each.place.replaceAll("\0", "")), found.map((each) => each.found), found.map((each) => each.message.received),
    ],
  );
}

const ALONE: Company = { members: [], allergies: [] };

/** The other sources of the persons whom messages describe, or of whose allergies they tell. */
async function companies(sql: Sql, messages: readonly AppliedMessage[]): Promise<(personId: string) => Company> {
  const taken = messages.flatMap((each) => each.taken).filter((each) => each.patient.demographics !== null || speaksOfAllergies(each));
  if (taken.length === 0) return () => ALONE;
  const members = Map.groupBy(await readCompany(sql, taken.map((each) => each.source.personId)), (each) => each.personId);
  const compared = taken.filter((each) => speaksOfAllergies(each) && (members.get(each.source.personId)?.length ?? 0) > 1);
  const stands = compared.length === 0 ? [] : await readAllergyStands(sql, compared.flatMap((each) => members.get(each.source.personId)!.map((member) => member.sourcePatientId)));
  return (personId) => {
    const of = members.get(personId) ?? [];
    return of.length < 2 ? ALONE : { members: of, allergies: stands.filter((each) => of.some((member) => member.sourcePatientId === each.sourcePatientId)) };
  };
}

export type OpenIssue = { readonly feed: string; readonly messageId: string; readonly rule: string; readonly dimension: Dimension; readonly severity: Severity; readonly place: string; readonly found: number; readonly received: Date };
type IssueRow = { feed: string; message_id: string; rule: string; dimension: Dimension; severity: Severity; place: string; found: number; received: Date };
const ISSUE = "feed, message_id, rule, dimension, severity, place, found, received";
const toIssue = (row: IssueRow): OpenIssue => ({ feed: row.feed, messageId: row.message_id, rule: row.rule, dimension: row.dimension, severity: row.severity, place: row.place, found: row.found, received: row.received });

/** The last issue of a page: the next page begins behind it. */
export type IssueCursor = { readonly received: Date; readonly messageId: string; readonly rule: string };
const NO_MESSAGE = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Open issues of these feeds, newest first, and how many there are. */
export async function readOpenIssues(sql: Sql, feeds: readonly string[], options: { readonly limit: number; readonly rule?: string; readonly after?: IssueCursor }): Promise<{ issues: OpenIssue[]; total: number }> {
  const [issues, total] = await Promise.all([
    sql.query<IssueRow>(
      `select ${ISSUE} from data_quality.issue where state = 'open' and feed = any($1::text[]) and ($2::text is null or rule = $2) and (received, message_id, rule) < ($3, $4, $5) order by received desc, message_id desc, rule desc limit $6`,
      [feeds, options.rule ?? null, options.after?.received ?? new Date("9999-01-01"), options.after?.messageId ?? NO_MESSAGE, options.after?.rule ?? "", options.limit],
    ),
    sql.query<{ n: number }>("select count(*)::int as n from data_quality.issue where state = 'open' and feed = any($1::text[]) and ($2::text is null or rule = $2)", [feeds, options.rule ?? null]),
  ]);
  return { issues: issues.rows.map(toIssue), total: total.rows[0]!.n };
}

/** One open issue of these feeds. */
export async function readIssue(sql: Sql, feeds: readonly string[], feed: string, messageId: string, rule: string): Promise<OpenIssue | Refusal> {
  if (!feeds.includes(feed) || !isUuid(messageId)) return noIssue();
  const { rows } = await sql.query<IssueRow & { state: string }>(`select ${ISSUE}, state from data_quality.issue where feed = $1 and message_id = $2 and rule = $3`, [feed, messageId, rule]);
  if (rows[0] === undefined) return noIssue();
  return rows[0].state === "open" ? toIssue(rows[0]) : alreadyClosed();
}

/** Messages of a feed with a finding of a dimension, since each of two moments. */
export type DimensionCount = { readonly feed: string; readonly dimension: Dimension; readonly since: number; readonly longer: number };
export async function readByDimension(sql: Sql, feeds: readonly string[], since: Date, longer: Date): Promise<DimensionCount[]> {
  const { rows } = await sql.query<{ feed: string; dimension: Dimension; since: number; longer: number }>(
    `select feed, dimension, count(distinct message_id) filter (where received >= $2)::int as since, count(distinct message_id)::int as longer
     from data_quality.issue where feed = any($1::text[]) and received >= $3 group by feed, dimension`,
    [feeds, since, longer],
  );
  return rows;
}

/** Messages of a feed that a rule found something in, since a moment and in as long before it; the most first. */
export type RuleCount = { readonly feed: string; readonly rule: string; readonly now: number; readonly before: number; readonly open: number };
export async function readByRule(sql: Sql, feeds: readonly string[], since: Date, before: Date, limit: number): Promise<RuleCount[]> {
  const { rows } = await sql.query<RuleCount & Record<string, unknown>>(
    `select feed, rule, count(*) filter (where received >= $2)::int as now, count(*) filter (where received < $2)::int as before, count(*) filter (where state = 'open')::int as open
     from data_quality.issue where feed = any($1::text[]) and received >= $3 group by feed, rule order by 3 desc, 4 desc, feed, rule limit $4`,
    [feeds, since, before, limit],
  );
  return rows;
}

/** Closes one issue, or every open one of its rule on its feed that came no later; returns how many. Intake's role alone may write. */
export async function closeIssues(sql: Sql, issue: OpenIssue, which: "one" | "all of the rule", by: string, why: string, now: Date): Promise<number> {
  const { rows } = await sql.query(
    `update data_quality.issue set state = 'closed', closed_by = $4, closed_why = $5, closed_at = $6 where feed = $1 and rule = $3 and state = 'open' and (message_id = $2 or ($7 and received <= $8)) returning 1`,
    [issue.feed, issue.messageId, issue.rule, by, why, now, which === "all of the rule", issue.received],
  );
  return rows.length;
}
