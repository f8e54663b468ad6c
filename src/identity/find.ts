/**
 * Find a person: the one file that uses the search role, which may read
 * identity's columns and nothing clinical. Few fields, limited, counted; the
 * caller writes one audit entry for each person that it shows.
 */
import { isUuid, refuse, type Pool, type Refusal, type Sql } from "#platform";
import { fold, parseNhsNumber } from "#standards";
import { readSameNumbers } from "./number-alias.ts";
import { readProtectedPersons } from "./whereabouts.ts";
import { nameKey } from "./write-demographics.ts";

export type FindRequest = { nhsNumber?: string; family?: string; given?: string; dateOfBirth?: string; postcode?: string };

/** What a result may show: enough for two identifiers, nothing clinical, no address; a protected person's location not even in part. */
export type DescribedPerson = { personId: string; family: string; given: string; title: string; dateOfBirth: string; dateOfDeath: string | null; sex: string; nhsNumber: string | null; postcodeArea: string };
export type FoundPeople = { people: DescribedPerson[]; /** True count up to `MOST_COUNTED`. */ total: number; more: boolean };

const MOST_SHOWN = 20;
const MOST_COUNTED = 50;

type Row = { person_id: string; family: string | null; given: string | null; title: string | null; date_of_birth: string | null; sex: string | null; nhs_number: string | null; nhs_number_status: string; postcode: string | null; deceased: boolean; date_of_death: string | null; demographics_at: Date };
const COLUMNS = "s.person_id, s.family, s.given, s.title, coalesce(s.date_of_birth::text, s.birth_text) as date_of_birth, s.sex, s.nhs_number, s.nhs_number_status, s.postcode, s.deceased, s.date_of_death, s.demographics_at";

/** Finds by NHS number, or by family name and date of birth (given name and postcode narrow). */
export async function findPerson(search: Pool, request: FindRequest): Promise<FoundPeople | Refusal> {
  if (request.nhsNumber !== undefined && request.nhsNumber.trim() !== "") {
    const number = parseNhsNumber(request.nhsNumber);
    if (!number.ok) return refuse("invalid", "identity.nhs-number", NUMBER_FAULTS[number.fault], { field: "nhsNumber" });
    // A superseded number finds the person for ever, and the answer shows the number that stands today.
    const { current, all } = await readSameNumbers(search, number.value);
    const { rows } = await search.query<Row>(`select ${COLUMNS} from identity.nhs_number_key k join identity.source_patient s using (source_patient_id) where k.nhs_number = any($1::text[]) and not s.sealed limit 500`, [all]);
    return gather(await protectedOf(search, rows), rows.map((row) => (row.nhs_number !== null && all.includes(row.nhs_number) ? { ...row, nhs_number: current } : row)));
  }
  const family = request.family?.trim() ?? "";
  const dateOfBirth = request.dateOfBirth?.trim() ?? "";
  if (family === "" && dateOfBirth === "") return refuse("invalid", "identity.nothing-to-find", "Enter an NHS number, or a family name and date of birth.", { field: "nhsNumber" });
  if (family === "") return refuse("invalid", "identity.family", "Enter a family name.", { field: "family" });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(dateOfBirth) || Number.isNaN(Date.parse(dateOfBirth))) return refuse("invalid", "identity.date-of-birth", "Enter a real date of birth, for example 14 7 1945.", { field: "dateOfBirth" });
  const { rows } = await search.query<Row>(`select ${COLUMNS} from identity.name_key k join identity.source_patient s using (source_patient_id) where k.name_key = $1 and not s.sealed limit 500`, [nameKey(family, dateOfBirth)]);
  const hidden = await protectedOf(search, rows);
  const given = fold(request.given ?? "");
  const postcode = (request.postcode ?? "").replace(/\s/g, "").toUpperCase();
  const narrowed = rows.filter(
    (row) =>
      (given === "" || fold(row.given ?? "").split(" ").some((word) => word.startsWith(given.split(" ")[0]!))) &&
      // A protected address must not be found out by trying postcodes.
      (postcode === "" || (!hidden.has(row.person_id) && (row.postcode ?? "").replace(/\s/g, "").toUpperCase().startsWith(postcode))),
  );
  return gather(hidden, narrowed);
}

const NUMBER_FAULTS = {
  empty: "Enter an NHS number.",
  "not-ten-digits": "An NHS number has 10 digits.",
  placeholder: "This is a placeholder, not a person's NHS number.",
  "check-digit": "This is not a valid NHS number: its check digit does not agree. Check the digits.",
} as const;

/** Of the persons of these rows, those of whom nothing may say where they are: another source than the one that was found may protect them. */
const protectedOf = (search: Sql, rows: readonly Row[]): Promise<Set<string>> => readProtectedPersons(search, [...new Set(rows.map((row) => row.person_id))]);

function gather(hidden: ReadonlySet<string>, rows: readonly Row[]): FoundPeople {
  const all = gatherAll(hidden, rows);
  return { people: all.slice(0, MOST_SHOWN), total: Math.min(all.length, MOST_COUNTED), more: all.length > MOST_SHOWN };
}

function gatherAll(hidden: ReadonlySet<string>, rows: readonly Row[]): DescribedPerson[] {
  return [...Map.groupBy(rows, (row) => row.person_id)].map(([personId, sources]) => {
    const lead = [...sources].sort((a, b) => b.demographics_at.getTime() - a.demographics_at.getTime())[0]!;
    return {
      personId, family: lead.family ?? "", given: lead.given ?? "", title: lead.title ?? "", dateOfBirth: lead.date_of_birth ?? "", sex: lead.sex ?? "", nhsNumber: sources.find((row) => row.nhs_number)?.nhs_number ?? null,
      dateOfDeath: sources.some((row) => row.deceased) ? (sources.find((row) => row.date_of_death)?.date_of_death ?? "") : null,
      postcodeArea: hidden.has(personId) ? "" : (lead.postcode?.split(" ")[0] ?? ""),
    };
  });
}

/** Source patients of an organisation by its own ids, and of anybody by NHS number, with their persons: whom an audit entry of a message must name. */
export async function sourcePatientsNamed(sql: Sql, organisation: string, localIds: readonly string[], nhsNumbers: readonly string[]): Promise<{ sourcePatientId: string; personId: string; byLocalId: boolean; isSealed: boolean }[]> {
  const { rows } = await sql.query<{ source_patient_id: string; person_id: string; by_local_id: boolean; sealed: boolean }>(
    `select s.source_patient_id, s.person_id, s.sealed, bool_or(k.by_local_id) as by_local_id from (
       select source_patient_id, true as by_local_id from identity.local_identifier where identifier_key = any($1::text[])
       union all select source_patient_id, false from identity.nhs_number_key where nhs_number = any($2::text[])) k
     join identity.source_patient s using (source_patient_id) group by 1, 2, 3`,
    [localIds.map((id) => `${organisation}|${id}`), [...nhsNumbers]],
  );
  return rows.map((row) => ({ sourcePatientId: row.source_patient_id, personId: row.person_id, byLocalId: row.by_local_id, isSealed: row.sealed }));
}

/** Few fields of some persons, for lists of people whose records were opened before. Unknown ids are left out. */
export async function describePeople(search: Pool, personIds: readonly string[]): Promise<DescribedPerson[]> {
  const ids = personIds.filter(isUuid);
  if (ids.length === 0) return [];
  const { rows } = await search.query<Row>(`select ${COLUMNS} from identity.link l join identity.source_patient s using (source_patient_id) where l.person_id = any($1::uuid[]) and not s.sealed`, [ids]);
  return gatherAll(await protectedOf(search, rows), rows);
}
