/** What has truly happened to a person, before any organisation writes it down. */

export type ConditionFact = {
  key: string;
  code: string;
  display: string;
  onset: Date;
  ended: Date | null;
  significance: "major" | "minor";
};

export type MedicineFact = {
  key: string;
  text: string;
  code: string | null;
  substance: string;
  dose: string;
  days: number;
  quantity: number;
  unit: string;
  start: Date;
  end: Date | null;
  kind: "repeat" | "acute";
  issues: number;
};

export type AllergyFact = {
  substance: string;
  code: string;
  category: "medication" | "food" | "environment";
  reaction: string;
  reactionCode: string;
  severity: "mild" | "moderate" | "severe";
  recorded: Date;
  ended: Date | null;
};

export type ResultLine = {
  local: string;
  display: string;
  loinc: string;
  unit: string;
  low: number | null;
  high: number | null;
  value: string;
  flag: "" | "H" | "L";
};

export type ResultFact = {
  panel: string;
  local: string;
  at: Date;
  lines: ResultLine[];
  orderedBy: "practice" | "hospital";
};

export type VaccineFact = {
  text: string;
  code: string | null;
  disease: string;
  at: Date;
  dose: number;
  given: boolean;
};

export type VitalsFact = {
  at: Date;
  systolic: number;
  diastolic: number;
  pulse: number;
  weight: number;
  height: number;
};

export type ConsultationFact = { at: Date; kind: string; note: string; clinician: string };

export type StayFact = {
  reason: string;
  code: string;
  ward: string;
  specialty: string;
  method: string;
  from: Date;
  to: Date | null;
  consultant: string;
  procedure: readonly [string, string | null] | null;
};

export type AttendanceFact = { at: Date; reason: string };

export type ClinicFact = {
  specialty: string;
  code: string;
  referred: Date;
  booked: Date;
  at: Date;
  consultant: string;
  state: "booked" | "moved" | "cancelled" | "attended";
  /** Number of the referral in the national booking service, where the practice writes it. */
  request?: string;
};

export type CareFact = { at: Date; service: string; note: string; by: string };

export type PackageFact = {
  kind: string;
  provider: string;
  reason: string;
  from: Date;
  to: Date | null;
  worker: string;
};

/** `asserted`: asked and none known; `not-asked`: nobody asked; `listed`: see `allergies`. */
export type AllergyState = "listed" | "asserted" | "not-asked";

export type Life = {
  conditions: ConditionFact[];
  medicines: MedicineFact[];
  allergyState: AllergyState;
  allergies: AllergyFact[];
  results: ResultFact[];
  vaccines: VaccineFact[];
  vitals: VitalsFact[];
  smoking: "never" | "ex" | "current" | null;
  familyHistory: { code: string; display: string; at: Date }[];
  consultations: ConsultationFact[];
  stays: StayFact[];
  attendances: AttendanceFact[];
  clinics: ClinicFact[];
  community: CareFact[];
  mentalHealth: CareFact[];
  ambulance: CareFact[];
  outOfHours: CareFact[];
  packages: PackageFact[];
};
