/** Forms from the public page: kept as filled in, restricting nothing, until an officer has found out whose they are. All of their SQL. */
import { createHash, randomBytes } from "node:crypto";
import { isRefusal, type Refusal, type Sql } from "#platform";
import { parseNhsNumber } from "#standards";
import { alreadyDealtWith, incomplete, tooMany } from "./problems.ts";

/** What the person filled in. */
export type RequestForm = { readonly name: string; readonly dateOfBirth: string; /** Ten digits, or empty. */ readonly nhsNumber: string; readonly contact: string; readonly doNotWrite: boolean; readonly whole: boolean; readonly what: string; readonly why: string };
export type ObjectionRequest = { readonly reference: string; readonly receivedAt: Date; readonly form: RequestForm; readonly outcome: { readonly at: Date; readonly byName: string; readonly personId: string | null; readonly objectionId: string | null; readonly words: string } | null };

/** Letters and digits that nobody mistakes for one another when read out. */
const LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ";
/** `OBJ-7KQ2-M4XH`: given to the person, and says nothing. */
export function newReference(): string {
  const letters = [...randomBytes(8)].map((byte) => LETTERS[byte % LETTERS.length]);
  return `OBJ-${letters.slice(0, 4).join("")}-${letters.slice(4).join("")}`;
}

/** What a form lacks, or the form as kept. */
export function readRequest(fields: Readonly<Record<string, string>>, today: string): RequestForm | readonly Refusal[] {
  const text = (name: string, most = 200): string => (fields[name] ?? "").trim().slice(0, most);
  const faults: Refusal[] = [];
  const dateOfBirth = `${text("year", 4)}-${text("month", 2).padStart(2, "0")}-${text("day", 2).padStart(2, "0")}`;
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(dateOfBirth) && !Number.isNaN(Date.parse(dateOfBirth)) && new Date(dateOfBirth).toISOString().startsWith(dateOfBirth) && dateOfBirth <= today;
  const number = text("nhsNumber", 20) === "" ? null : parseNhsNumber(text("nhsNumber", 20));
  if (text("name").length < 2) faults.push(incomplete("name", "Enter your full name"));
  if (!isDate) faults.push(incomplete("day", "Enter your date of birth, for example 14 7 1945"));
  if (number !== null && !number.ok) faults.push(incomplete("nhsNumber", "Check your NHS number, or leave it out. It has 10 digits"));
  if (text("contact").length < 5) faults.push(incomplete("contact", "Tell us how to reach you"));
  if (fields["whole"] !== "yes" && fields["whole"] !== "no") faults.push(incomplete("whole", "Say whether you object to sharing all of it, or some of it"));
  if (fields["whole"] === "no" && text("what", 2000).length < 5) faults.push(incomplete("what", "Tell us what should not be shared, or who should not see it"));
  if (text("why", 4000).length < 5) faults.push(incomplete("why", "Tell us why, in a few words"));
  if (faults.length > 0) return faults;
  return { name: text("name"), dateOfBirth, nhsNumber: number !== null && number.ok ? number.value : "", contact: text("contact"), doNotWrite: fields["doNotWrite"] === "yes", whole: fields["whole"] === "yes", what: text("what", 2000), why: text("why", 4000) };
}

/** The network address as kept: enough to count, not to find anybody. */
export const hashedSender = (address: string, key: string): string => createHash("sha256").update(`${key}\nobjection\n${address}`).digest("hex").slice(0, 32);

const HOUR = 3_600_000;

/** Keeps a form; refuses `objections.too-many` over the region's limits. The answer is the same whoever it is about. */
export async function keepRequest(sql: Sql, form: RequestForm, sentFrom: string, limits: { readonly fromOne: number; readonly inAll: number }, at: Date): Promise<string | Refusal> {
  const { rows } = await sql.query<{ mine: number; all_of: number }>("select count(*) filter (where sent_from = $1)::int as mine, count(*)::int as all_of from objections.request where received_at > $2", [sentFrom, new Date(at.getTime() - HOUR)]);
  if (rows[0]!.mine >= limits.fromOne || rows[0]!.all_of >= limits.inAll) return tooMany();
  const reference = newReference();
  await sql.query("insert into objections.request (reference, received_at, sent_from, form) values ($1, $2, $3, $4)", [reference, at, sentFrom, JSON.stringify(form)]);
  return reference;
}

type Row = { reference: string; received_at: Date; form: string; at: Date | null; by_name: string | null; person_id: string | null; objection_id: string | null; words: string | null };
const SELECT = "select r.reference, r.received_at, r.form, o.at, o.by_name, o.person_id, o.objection_id, o.words from objections.request r left join objections.request_outcome o using (reference)";
const requestOf = (row: Row): ObjectionRequest => ({ reference: row.reference, receivedAt: row.received_at, form: JSON.parse(row.form) as RequestForm, outcome: row.at === null ? null : { at: row.at, byName: row.by_name!, personId: row.person_id, objectionId: row.objection_id, words: row.words! } });

/** Forms that nobody has dealt with, the oldest first. */
export async function readOpenRequests(sql: Sql): Promise<ObjectionRequest[]> {
  return (await sql.query<Row>(`${SELECT} where o.reference is null order by r.received_at, r.reference`)).rows.map(requestOf);
}

export async function readRequestOf(sql: Sql, reference: string): Promise<ObjectionRequest | null> {
  const { rows } = await sql.query<Row>(`${SELECT} where r.reference = $1`, [reference]);
  return rows[0] === undefined ? null : requestOf(rows[0]);
}

/** Says what became of a form, once; refuses `objections.already-dealt-with`. */
export async function closeRequest(sql: Sql, reference: string, outcome: { readonly personId: string; readonly objectionId: string } | null, words: string, by: { id: string; name: string }, at: Date): Promise<true | Refusal> {
  const { rowCount } = await sql.query("insert into objections.request_outcome (reference, at, by_id, by_name, person_id, objection_id, words) values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing", [reference, at, by.id, by.name, outcome?.personId ?? null, outcome?.objectionId ?? null, words]);
  return rowCount === 1 ? true : alreadyDealtWith();
}

export const isRequestForm = (read: RequestForm | readonly Refusal[]): read is RequestForm => !Array.isArray(read) && !isRefusal(read);
