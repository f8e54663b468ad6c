/** All SQL of letters: as made, and who says that it was sent. */
import type { Sql } from "#platform";
import type { Letter, LetterKind } from "./letter.ts";

export type KeptLetter = Omit<Letter, "title"> & { readonly personId: string; readonly letterId: string; readonly objectionId: string; readonly title: string; readonly madeAt: Date; readonly madeByName: string; readonly sent: { readonly at: Date; readonly byName: string; readonly how: string } | null };

/** Keeps a letter word for word. */
export async function keepLetter(sql: Sql, letter: Letter, of: { personId: string; letterId: string; objectionId: string }, by: { id: string; name: string }, at: Date): Promise<void> {
  await sql.query(
    "insert into objections.letter (person_id, letter_id, objection_id, kind, template, paragraphs, sha256, send_to, made_at, made_by, made_by_name) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    [of.personId, of.letterId, of.objectionId, letter.kind, letter.template, JSON.stringify([letter.title, ...letter.paragraphs]), letter.sha256, letter.sendTo, at, by.id, by.name],
  );
}

/** Letters of a case, the newest first. */
export async function readLetters(sql: Sql, personId: string, objectionId: string): Promise<KeptLetter[]> {
  const { rows } = await sql.query<{ letter_id: string; kind: LetterKind; template: string; paragraphs: string; sha256: string; send_to: string; made_at: Date; made_by_name: string; sent_at: Date | null; sent_by_name: string | null; how: string | null }>(
    `select l.letter_id, l.kind, l.template, l.paragraphs, l.sha256, l.send_to, l.made_at, l.made_by_name, s.sent_at, s.sent_by_name, s.how from objections.letter l left join objections.letter_sent s using (person_id, letter_id)
     where l.person_id = $1 and l.objection_id = $2 order by l.made_at desc, l.letter_id`,
    [personId, objectionId],
  );
  return rows.map((row) => {
    const [title = "", ...paragraphs] = JSON.parse(row.paragraphs) as string[];
    return { personId, objectionId, letterId: row.letter_id, kind: row.kind, title, paragraphs, template: row.template, sha256: row.sha256, sendTo: row.send_to, madeAt: row.made_at, madeByName: row.made_by_name, sent: row.sent_at === null ? null : { at: row.sent_at, byName: row.sent_by_name!, how: row.how! } };
  });
}

/** Records by whom and how a letter went; once. `false` where it was recorded already. */
export async function recordSent(sql: Sql, of: { personId: string; letterId: string }, how: string, by: { id: string; name: string }, at: Date): Promise<boolean> {
  const { rowCount } = await sql.query("insert into objections.letter_sent (person_id, letter_id, sent_at, sent_by, sent_by_name, how) values ($1, $2, $3, $4, $5, $6) on conflict do nothing", [of.personId, of.letterId, at, by.id, by.name, how]);
  return rowCount === 1;
}
