import { ageAt, daysBefore, DAY } from "../calendar.ts";
import type { Random } from "../random.ts";
import { allergyOf, CARE, conditionOf, CONDITIONS, medicineOf, panelOf, VACCINES } from "./catalogue.ts";
import type { Life, MedicineFact } from "./life.ts";
import type { Person } from "./person.ts";

/** Years that the organisations' streams reach back. */
const YEARS = 3;

/** What happens to one person, drawn from age, sex and the data lists: medicines follow conditions, results follow both. */
export function live(person: Person, random: Random, now: Date): Life {
  const end = person.deceased === null ? now : new Date(`${person.deceased}T00:00:00Z`);
  const age = ageAt(person.birthDate, end);
  const born = new Date(`${person.birthDate}T00:00:00Z`);
  const band = age < 18 ? 0 : age < 40 ? 1 : age < 60 ? 2 : age < 75 ? 3 : 4;
  const since = (days: number): Date => new Date(Math.max(born.getTime() + DAY, daysBefore(end, days).getTime()));
  const life = emptyLife();

  for (const row of CONDITIONS) {
    if (row.sex !== undefined && row.sex !== person.sex) continue;
    if (random.chance(row.rates[band]! / 100))
      life.conditions.push(conditionOf(row.key, since(random.whole(60, 365 * Math.min(20, Math.max(1, age - 1))))));
  }
  const has = new Set(life.conditions.map((one) => one.key));
  life.medicines = medicinesOf(life, random, since);

  life.allergyState = random.chance(0.24) ? "listed" : random.chance(0.75) ? "asserted" : "not-asked";
  if (life.allergyState === "listed") {
    const row = random.pick(CARE.allergies);
    const reaction = random.pick(row.reactions);
    life.allergies.push(
      allergyOf(
        row.substance,
        reaction,
        reaction === "Anaphylaxis" ? "severe" : random.pick(["mild", "moderate"] as const),
        since(random.whole(100, 5000)),
      ),
    );
  }

  const panels = new Set(life.conditions.flatMap((one) => CONDITIONS.find((row) => row.key === one.key)!.tests));
  if (age > 45 && random.chance(0.5)) panels.add("fbc");
  for (const key of panels) {
    const times = random.whole(1, 3);
    for (let index = 0; index < times; index++) {
      const at = since(40 + ((times - 1 - index) * (365 * YEARS - 80)) / Math.max(1, times) + random.whole(0, 30));
      life.results.push(
        panelOf(
          key,
          new Date(at.getTime() + 9 * 3600_000),
          has,
          random,
          times === 1 ? 1 : index / (times - 1),
          random.chance(0.55) ? "hospital" : "practice",
        ),
      );
    }
  }

  vaccinate(life, born, age, end, random);
  if (age > 17 && random.chance(0.75)) {
    const pressure = has.has("hypertension") ? 146 : 128;
    const weight = Math.round(random.around(has.has("obesity") ? 104 : 77, 9));
    const height = Math.round(random.around(person.sex === "male" ? 176 : 163, 7));
    for (let index = random.whole(1, 2); index > 0; index--) {
      life.vitals.push({
        at: since(index * 300 + random.whole(0, 60)),
        systolic: Math.round(random.around(pressure, 9)),
        diastolic: Math.round(random.around(80, 6)),
        pulse: Math.round(random.around(74, 8)),
        weight,
        height,
      });
    }
    life.smoking = random.pick(["never", "never", "ex", "ex", "current"] as const);
    if (random.chance(0.15)) life.familyHistory.push({ ...random.pick(FAMILY), at: since(900) });
  }
  for (let index = random.whole(1, age > 64 ? 4 : 2); index > 0; index--) {
    const [kind, note] = random.pick(CARE.consultations) as [string, string];
    life.consultations.push({
      at: workingHours(since(random.whole(3, 700)), random),
      kind,
      note,
      clinician: random.pick(CARE.professionals),
    });
  }
  hospitalCare(life, age, end, random, since);
  otherCare(life, age, has, random, since, end);
  return life;
}

/** A life in which nothing has happened yet; stories fill it by hand. */
export function emptyLife(): Life {
  return {
    conditions: [],
    medicines: [],
    allergyState: "not-asked",
    allergies: [],
    results: [],
    vaccines: [],
    vitals: [],
    smoking: null,
    familyHistory: [],
    consultations: [],
    stays: [],
    attendances: [],
    clinics: [],
    community: [],
    mentalHealth: [],
    ambulance: [],
    outOfHours: [],
    packages: [],
  };
}

const FAMILY = [
  { code: "160303001", display: "Family history of diabetes mellitus" },
  { code: "266897007", display: "Family history of ischaemic heart disease" },
];

function medicinesOf(life: Life, random: Random, since: (days: number) => Date): MedicineFact[] {
  const keys = new Set(
    life.conditions.flatMap((one) =>
      CONDITIONS.find((row) => row.key === one.key)!.medicines.filter(() => random.chance(0.8)),
    ),
  );
  const out = [...keys].map((key) =>
    medicineOf(key, since(random.whole(60, 2200)), null, undefined, random.whole(1, 3)),
  );
  if (random.chance(0.2)) {
    const start = since(random.whole(20, 600));
    out.push(
      medicineOf(
        random.pick(["amoxicillin", "nitrofurantoin", "codeine", "prednisolone"]),
        start,
        new Date(start.getTime() + 7 * DAY),
      ),
    );
  }
  return out;
}

function vaccinate(life: Life, born: Date, age: number, end: Date, random: Random): void {
  for (const row of VACCINES) {
    const give = (at: Date, dose: number): void => {
      if (at < end && at > born)
        life.vaccines.push({
          text: row.text,
          code: row.code,
          disease: row.disease,
          at,
          dose,
          given: !random.chance(0.04),
        });
    };
    if (row.atMonths !== undefined && age < 18)
      row.atMonths.forEach((months, index) => give(new Date(born.getTime() + months * 30.5 * DAY), index + 1));
    if (row.fromAge === undefined || age < row.fromAge || !random.chance(0.72)) continue;
    row.on?.forEach((day, index) => give(new Date(`${day}T10:00:00Z`), index + 1));
    if (row.yearly)
      for (let back = 0; back < 2; back++)
        give(new Date(Date.UTC(end.getUTCFullYear() - 1 - back, 9, 8 + random.whole(0, 20), 11)), 1);
    if (row.once) give(daysBefore(end, random.whole(300, 2500)), 1);
  }
}

function hospitalCare(life: Life, age: number, end: Date, random: Random, since: (days: number) => Date): void {
  const stays = random.chance(age > 74 ? 0.45 : age > 59 ? 0.2 : 0.07) ? random.whole(1, age > 74 ? 2 : 1) : 0;
  const possible = CARE.admissions.filter(
    (one) => age >= one.minAge && age <= ((one as { maxAge?: number }).maxAge ?? 120),
  );
  for (let index = 0; index < stays && possible.length > 0; index++) {
    const row = random.pick(possible);
    const from = new Date(since(random.whole(1, 365 * YEARS - 40)).getTime() + random.whole(0, 1439) * 60_000);
    const to = new Date(from.getTime() + Math.max(1, row.days + random.whole(-1, 4)) * DAY);
    life.stays.push({
      reason: row.reason,
      code: row.code,
      ward: row.ward,
      specialty: row.specialty,
      method: row.method,
      from,
      to: to < end ? to : null,
      consultant: random.pick(CARE.professionals),
      procedure: (row as { procedure?: [string, string | null] }).procedure ?? null,
    });
  }
  if (random.chance(0.16))
    life.attendances.push({
      at: new Date(since(random.whole(2, 900)).getTime() + random.whole(0, 1439) * 60_000),
      reason: random.pick(CARE.attendances),
    });
  if (random.chance(age > 50 ? 0.34 : 0.12)) {
    const [specialty, code] = random.pick(CARE.clinics) as [string, string];
    const booked = since(random.whole(10, 400));
    const at = workingHours(new Date(booked.getTime() + random.whole(14, 150) * DAY), random);
    const state = at > end ? (random.chance(0.2) ? "moved" : "booked") : random.chance(0.12) ? "cancelled" : "attended";
    life.clinics.push({
      specialty,
      code,
      referred: new Date(booked.getTime() - 9 * DAY),
      booked,
      at,
      consultant: random.pick(CARE.professionals),
      state,
    });
  }
}

function otherCare(
  life: Life,
  age: number,
  has: ReadonlySet<string>,
  random: Random,
  since: (days: number) => Date,
  end: Date,
): void {
  const visits = (rows: readonly (readonly string[])[], by: readonly string[], most: number): Life["community"] =>
    Array.from({ length: random.whole(1, most) }, () => {
      const [service, note] = random.pick(rows) as [string, string];
      return { at: workingHours(since(random.whole(3, 500)), random), service, note, by: random.pick(by) };
    });
  if (random.chance(age > 74 ? 0.4 : age > 59 ? 0.12 : 0.04)) life.community = visits(CARE.community, CARE.nurses, 4);
  const troubled = ["schizophrenia", "bipolar", "depression", "dementia", "adhd", "autism"].some((key) => has.has(key));
  if (random.chance(troubled ? 0.35 : 0.01)) life.mentalHealth = visits(CARE.mentalHealth, CARE.nurses, 4);
  if (random.chance(age > 74 ? 0.25 : 0.04))
    life.ambulance = visits(CARE.ambulance, ["Paramedic Dan Whitlock", "Paramedic Sue Amos"], 2);
  if (random.chance(0.08)) life.outOfHours = visits(CARE.outOfHours, CARE.professionals, 2);
  if (random.chance(age > 79 ? 0.3 : age > 64 ? 0.08 : age > 17 ? 0.02 : 0.03)) {
    const [kind, provider] = random.pick(CARE.packages) as [string, string];
    const from = since(random.whole(30, 900));
    const ended = random.chance(0.3);
    life.packages.push({
      kind: age < 18 ? "Short breaks" : kind,
      provider: age < 18 ? "Family support service" : provider,
      reason: random.pick(CARE.supportReasons),
      from,
      to: ended ? new Date(Math.min(end.getTime(), from.getTime() + 200 * DAY)) : null,
      worker: random.pick(CARE.socialWorkers),
    });
  }
}

function workingHours(day: Date, random: Random): Date {
  return new Date(Math.floor(day.getTime() / DAY) * DAY + (8 * 60 + random.whole(0, 560)) * 60_000);
}
