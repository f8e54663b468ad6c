/** What sources say about whole sections. */
import type { Sql } from "#platform";
import type { SectionId } from "#standards";
import type { StoreRequest } from "./write.ts";

/** What a source says about a whole section: "no known ...", "items withheld here", "in transit". */
export type StatementKind = "asserted-none" | "none-held" | "not-asked" | "confidential-items" | "data-in-transit" | "data-awaiting-filing" | "no-record";
export type StatementToStore = { section: SectionId; kind: StatementKind; text: string };

/** A source's statements of a message replace those that its feed made before. */
export function writeStatements(sql: Sql, request: StoreRequest): Promise<unknown>[] {
  const statements = request.statements!;
  const cleared = sql.query("delete from record.source_statement where source_patient_id = $1 and feed = $2", [request.sourcePatientId, request.feed]);
  if (statements.length === 0) return [cleared];
  const unique = [...new Map(statements.map((each) => [`${each.section} ${each.kind}`, each])).values()];
  return [
    cleared,
    sql.query(
      "insert into record.source_statement (source_patient_id, feed, section, kind, text, received, message_id) select $1, $7, n.section, n.kind, n.text, $2, $3 from unnest($4::text[], $5::text[], $6::text[]) as n(section, kind, text)",
      [request.sourcePatientId, request.received, request.messageId, unique.map((each) => each.section), unique.map((each) => each.kind), unique.map((each) => each.text), request.feed],
    ),
  ];
}
