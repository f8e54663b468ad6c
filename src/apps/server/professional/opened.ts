/** One person opened under one decision, and the reads of a page that share its transaction. */
import type { FastifyRequest } from "fastify";
import { readReleases } from "#access";
import { lastOpenedBy } from "#audit";
import type { AccessDecision } from "#decision";
import type { Pool, Refusal, Sql } from "#platform";
import { openRecord, organisationShown, parseResourceId, readArrivalsWord, readRows, readStatements, type Entry, type Rows } from "#record";
import { LATELY_MS, type OpenPerson, type RowsPage, type RowsQuery } from "../../professional/index.ts";
import type { DoubtedRecord, PersonAccess } from "../person-access.ts";
import { openMarks } from "./queries.ts";
import type { Rooms } from "./rooms.ts";
import type { Reader } from "./reader.ts";
import { nameShown, sourcesOf } from "./sources.ts";

/** Opens a person for a reader, or says why not; a refusal is on record. */
export type OpenFor = (request: FastifyRequest, reader: Reader, personId: string, ahead?: readonly RowsQuery[]) => Promise<OpenPerson | Refusal>;

/** A reader's openings within a shift are one visit. */
const VISIT_HOURS = 12;

/** One person as pages start from them, under a decision. */
export async function openedPerson({ region, pages }: Pick<Rooms, "region" | "pages">, { decision, doubtful, sourcePatients, doubted, heldApart }: PersonAccess, received: ReadonlyMap<string, Date>, now: Date, ahead: readonly RowsQuery[] = []): Promise<OpenPerson> {
  const [statements, last, arrivedLately, queried, released, rows] = await openRecord(pages, decision, (sql) => Promise.all([readStatements(sql, decision), lastOpenedBy(sql, decision.personId, decision.actor.organisation, { actorId: decision.actor.id, since: new Date(now.getTime() - VISIT_HOURS * 3_600_000), now }), readArrivalsWord(sql, decision, new Date(now.getTime() - LATELY_MS)), openMarks(sql, region, decision), readReleases(sql, decision.sourcePatientIds), ahead.length === 0 ? [] : readRows(sql, decision, ahead)]));
  const organisationOf = new Map(sourcePatients.map((each) => [each.sourcePatientId, each.organisation]));
  const opened: OpenPerson = {
    decision,
    doubted: doubted.filter(({ sourcePatient }) => doubtful.sourcePatientIds.includes(sourcePatient.sourcePatientId)).map(({ sourcePatient: { sourcePatientId, organisation, localId }, reason, due }) => ({ sourcePatientId, organisation: organisationShown(organisation, decision.hiddenWhereabouts), organisationName: nameShown(region, organisation, decision), localId, why: reason, due })),
    sources: sourcesOf(region, sourcePatients, [...heldApart, ...doubted.map(doubtLine)], received, decision),
    statements: statements.map((each) => ({ ...each, organisation: organisationShown(organisationOf.get(each.sourcePatientId) ?? "", decision.hiddenWhereabouts) })),
    lastOpenedByOrganisation: last,
    arrivedLately,
    queried,
    released,
  };
  if (doubtful.sourcePatientIds.length > 0) doubtfulOf.set(opened, doubtful);
  readAhead.set(opened, new Map(ahead.map((query, index) => [query, withOrganisations(rows[index]!, opened)])));
  return opened;
}

/** Rows that came with the opening, by the query that asked. */
const readAhead = new WeakMap<OpenPerson, ReadonlyMap<RowsQuery, RowsPage>>();

/** Rows of one person, those read ahead without asking again. */
export async function rowsOf(pages: Pool, person: OpenPerson, queries: readonly RowsQuery[]): Promise<readonly RowsPage[]> {
  const known = readAhead.get(person);
  const missing = queries.filter((query) => known?.has(query) !== true);
  const read = missing.length === 0 ? [] : await together(pages, person, (sql) => readRows(sql, person.decision, missing));
  return queries.map((query) => known?.get(query) ?? withOrganisations(read[missing.indexOf(query)]!, person));
}

type Work = { run(sql: Sql): Promise<void>; fail(error: unknown): void };
const waiting = new WeakMap<OpenPerson, Work[]>();

/** Reads that a page asks for in the same moment share one transaction of the person. */
export function together<T>(pages: Pool, person: OpenPerson, read: (sql: Sql) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const work: Work = { run: (sql) => read(sql).then(resolve, reject), fail: reject };
    const before = waiting.get(person);
    if (before !== undefined) return void before.push(work);
    const all = [work];
    waiting.set(person, all);
    queueMicrotask(() => {
      waiting.delete(person);
      openRecord(pages, person.decision, (sql) => Promise.all(all.map((each) => each.run(sql)))).catch((error: unknown) => all.forEach((each) => each.fail(error)));
    });
  });
}

/** The decision over records in doubt, for what protects the person; missing where none is in doubt. */
const doubtfulOf = new WeakMap<OpenPerson, AccessDecision>();

/** What every section says of it; who said so and in which words stands on the details page. */
const doubtLine = ({ sourcePatient }: DoubtedRecord): { organisation: string; reason: string } => ({ organisation: sourcePatient.organisation, reason: "said to be somebody else's record" });

/** Which decision opens an item: that over records in doubt for one of theirs, which allows no more than what protects. */
export function decisionFor(person: OpenPerson, itemId: string): AccessDecision {
  const doubtful = doubtfulOf.get(person);
  const home = parseResourceId(itemId)?.sourcePatientId;
  return doubtful !== undefined && home !== undefined && doubtful.sourcePatientIds.includes(home) ? doubtful : person.decision;
}

/** The decision over records in doubt, or `null` where none is. */
export const doubtfulDecision = (person: OpenPerson): AccessDecision | null => doubtfulOf.get(person) ?? null;

/** First pages of what protects, from records in doubt; nothing where none is. */
export async function rowsInDoubt(pages: Pool, person: OpenPerson, queries: readonly RowsQuery[]): Promise<readonly (RowsPage | undefined)[]> {
  const doubtful = doubtfulOf.get(person);
  if (doubtful === undefined || !queries.some((query) => query.before === undefined && doubtful.sections.has(query.section))) return [];
  const read = await openRecord(pages, doubtful, (sql) => readRows(sql, doubtful, queries));
  return read.map((rows, index) => (queries[index]!.before === undefined ? withOrganisations(rows, person) : undefined));
}

/** A page of rows with those in doubt among them, newest first as before. */
export function joined(page: RowsPage, doubtful: RowsPage | undefined): RowsPage {
  if (doubtful === undefined || doubtful.entries.length === 0) return page;
  const time = (entry: Entry): number => entry.sortTime?.getTime() ?? -Infinity;
  const newest = page.newest !== null && (doubtful.newest === null || page.newest > doubtful.newest) ? page.newest : doubtful.newest;
  // An organisation may have one record in doubt beside one that is not.
  const heldBy = [...Map.groupBy([...page.heldBy, ...doubtful.heldBy], (each) => each.organisation).values()].map((both) => ({ organisation: both[0]!.organisation, count: both.reduce((sum, each) => sum + each.count, 0), newest: both.reduce<Date | null>((latest, each) => (latest === null || (each.newest !== null && each.newest > latest) ? each.newest : latest), null) }));
  return { ...page, total: page.total + doubtful.total, newest, heldBy, entries: [...page.entries, ...doubtful.entries].sort((a, b) => time(b) - time(a)) };
}

export function withOrganisations(rows: Rows, person: OpenPerson): RowsPage {
  const organisationOf = new Map(person.sources.flatMap((source) => source.sourcePatients.map((each) => [each.sourcePatientId, source.organisation] as const)));
  for (const each of person.doubted) organisationOf.set(each.sourcePatientId, each.organisation);
  const held = new Map<string, { organisation: string; count: number; newest: Date | null }>();
  for (const each of rows.heldBy) {
    const organisation = organisationOf.get(each.sourcePatientId) ?? "";
    const before = held.get(organisation);
    held.set(organisation, { organisation, count: (before?.count ?? 0) + each.count, newest: [before?.newest ?? null, each.newest].reduce((a, b) => (a === null ? b : b === null ? a : a > b ? a : b)) });
  }
  return { ...rows, heldBy: [...held.values()] };
}
