import care from "../data/care.json" with { type: "json" };
import conditions from "../data/conditions.json" with { type: "json" };
import medicines from "../data/medicines.json" with { type: "json" };
import tests from "../data/tests.json" with { type: "json" };
import vaccinations from "../data/vaccinations.json" with { type: "json" };
import type { Random } from "../random.ts";
import type { AllergyFact, ConditionFact, MedicineFact, ResultFact, ResultLine } from "./life.ts";

type ConditionRow = {
  key: string;
  code: string;
  display: string;
  rates: number[];
  sex?: string;
  medicines: string[];
  tests: string[];
};
type MedicineRow = {
  key: string;
  text: string;
  code: string | null;
  substance: string;
  dose: string;
  days: number;
  quantity: number;
  unit: string;
  acute?: boolean;
};
type TestRow = {
  local: string;
  display: string;
  loinc: string;
  unit: string;
  low: number | null;
  high: number | null;
  mean: number;
  spread: number;
  decimals: number;
  raisedBy?: Record<string, number>;
};
type PanelRow = { name: string; local: string; tests: TestRow[] };
type VaccineRow = {
  key: string;
  text: string;
  code: string | null;
  disease: string;
  atMonths?: number[];
  fromAge?: number;
  yearly?: boolean;
  once?: boolean;
  on?: string[];
};

/** The data lists, typed; every draw of the region comes from these. */
export const CONDITIONS = conditions as readonly ConditionRow[];
export const MEDICINES = medicines as readonly MedicineRow[];
export const PANELS = tests as unknown as Readonly<Record<string, PanelRow>>;
export const VACCINES = vaccinations as readonly VaccineRow[];
export const CARE = care;

/** A condition of the list by its key; a key that is not there is a defect of ours. */
export function conditionOf(key: string, onset: Date, ended: Date | null = null): ConditionFact {
  const row = CONDITIONS.find((one) => one.key === key);
  if (row === undefined) throw new Error(`no such condition in data/conditions.json: ${key}`);
  return {
    key,
    code: row.code,
    display: row.display,
    onset,
    ended,
    significance: row.medicines.length > 0 ? "major" : "minor",
  };
}

/** A medicine of the list by its key, with another dose where one is given. */
export function medicineOf(key: string, start: Date, end: Date | null = null, dose?: string, issues = 3): MedicineFact {
  const row = MEDICINES.find((one) => one.key === key);
  if (row === undefined) throw new Error(`no such medicine in data/medicines.json: ${key}`);
  const { acute, ...facts } = row;
  return {
    ...facts,
    dose: dose ?? row.dose,
    start,
    end,
    kind: acute === true ? "acute" : "repeat",
    issues: acute === true ? 1 : issues,
  };
}

/** An allergy of the list by its substance. */
export function allergyOf(
  substance: string,
  reaction: string,
  severity: AllergyFact["severity"],
  recorded: Date,
): AllergyFact {
  const row = CARE.allergies.find((one) => one.substance === substance);
  if (row === undefined) throw new Error(`no such allergy in data/care.json: ${substance}`);
  const reactionCode = (CARE.reactions as Record<string, string>)[reaction]!;
  return {
    substance,
    code: row.code,
    category: row.category as AllergyFact["category"],
    reaction,
    reactionCode,
    severity,
    recorded,
    ended: null,
  };
}

/** One panel with values that fit the person: shifted by their conditions, drifting by `trend` (0 first, 1 last). */
export function panelOf(
  key: string,
  at: Date,
  has: ReadonlySet<string>,
  random: Random,
  trend: number,
  orderedBy: ResultFact["orderedBy"],
): ResultFact {
  const panel = PANELS[key]!;
  const lines = panel.tests.map((test): ResultLine => {
    const shift = Object.entries(test.raisedBy ?? {}).reduce(
      (sum, [condition, by]) => sum + (has.has(condition) ? by : 0),
      0,
    );
    const number = Math.max(0, random.around(test.mean + shift * (0.7 + 0.3 * trend), test.spread));
    const value = number.toFixed(test.decimals);
    const flag =
      test.high !== null && Number(value) > test.high ? "H" : test.low !== null && Number(value) < test.low ? "L" : "";
    return {
      local: test.local,
      display: test.display,
      loinc: test.loinc,
      unit: test.unit,
      low: test.low,
      high: test.high,
      value,
      flag,
    };
  });
  return { panel: panel.name, local: panel.local, at, lines, orderedBy };
}
