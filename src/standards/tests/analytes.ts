/**
 * Tests that several laboratories do under several codes: what is one test, in
 * which group it stands, and the molar mass by which a mass becomes an amount of
 * substance. Only what is one test is joined: another method that gives another
 * number (eGFR by another equation, HbA1c in percent) has no place in its row.
 * Codes are LOINC's and SNOMED CT's; masses in g/mol. Where an analyte is a
 * mixture or its mass is said in two ways (triglycerides, phosphate, urea
 * nitrogen) there is none, and its units are not converted into each other.
 */
import { readFileSync } from "node:fs";

export type Analyte = {
  readonly id: string;
  readonly name: string;
  readonly group: TestGroup;
  readonly molarMass: string | null;
  /** An international unit of it is the enzyme unit. */
  readonly isEnzyme: boolean;
  /** Parts that belong together and are drawn as lines of one chart: systolic and diastolic. */
  readonly lines: readonly string[];
  /** Every code of it, those of its lines included. */
  readonly codings: readonly { readonly system: string; readonly code: string; readonly line: string | null }[];
};

export type TestGroup = { readonly id: string; readonly title: string; /** Place in the order of the table. */ readonly place: number };

type Codes = { readonly loinc?: readonly string[]; readonly snomed?: readonly string[] };
type Written = { readonly groups: readonly { readonly id: string; readonly title: string; readonly tests: readonly (Codes & { readonly id: string; readonly name: string; readonly molarMass?: string; readonly enzyme?: true; readonly lines?: readonly (Codes & { readonly name: string })[] })[] }[] };

const codingsOf = ({ loinc = [], snomed = [] }: Codes, line: string | null): Analyte["codings"] => [...loinc.map((code) => ({ system: "http://loinc.org", code, line })), ...snomed.map((code) => ({ system: "http://snomed.info/sct", code, line }))];

const { groups } = JSON.parse(readFileSync(new URL("analytes.json", import.meta.url), "utf8")) as Written;

/** Every analyte of the table, in its order. */
export const ANALYTES: readonly Analyte[] = groups.flatMap(({ id, title, tests }, place) => {
  const group = { id, title, place };
  return tests.map((test) => ({ id: test.id, name: test.name, group, molarMass: test.molarMass ?? null, isEnzyme: test.enzyme === true, lines: (test.lines ?? []).map(({ name }) => name), codings: [...codingsOf(test, null), ...(test.lines ?? []).flatMap((line) => codingsOf(line, line.name))] }));
});

const byCode = new Map(ANALYTES.flatMap((analyte) => analyte.codings.map(({ system, code }) => [`${system}|${code}`, analyte] as const)));

/** The analyte of a code; `null` for one that the table does not know: it is a test of its own. */
export function analyteOf(system: string | null, code: string | null): Analyte | null {
  return code === null ? null : (byCode.get(`${system ?? ""}|${code}`) ?? null);
}
