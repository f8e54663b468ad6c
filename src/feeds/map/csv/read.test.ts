import assert from "node:assert/strict";
import { test } from "node:test";
import { LAYOUTS, layoutNamed, readCouncilCsv } from "./index.ts";

const layout = layoutNamed("council-adult")!;
const heading =
  "record_type,record_id,person_id,nhs_number,family_name,given_names,date_of_birth,gender,type,outcome,start_date,recorded_at,channel";
const read = (text: string, encoding: BufferEncoding = "utf8"): ReturnType<typeof readCouncilCsv> =>
  readCouncilCsv(Buffer.from(text, encoding), layout);

test("a good row gives the person, the resources and a key that stays the same", () => {
  const { rows, faults } = read(
    `${heading}\r\nassessment,A-1,P 77,999 123 4567,Fry,"Ann ""Annie"" May",07/05/1940,Female,Care Act assessment,Eligible,01/02/2025,01/02/2025 09:30,\r\n`,
  );
  assert.deepEqual(faults, []);
  assert.equal(rows[0]!.row, 2);
  assert.equal(rows[0]!.sourceKey, "assessment:A-1");
  assert.deepEqual(rows[0]!.sourcePatient, {
    localId: "P 77",
    nhsNumberText: "999 123 4567",
    nhsNumberStatus: null,
    family: "Fry",
    given: ["Ann", '"Annie"', "May"],
    birthDate: "1940-05-07",
    gender: "female",
    postcode: null,
  });
  const [observation] = rows[0]!.resources;
  assert.equal(observation!["effectiveDateTime"], "2025-02-01");
  assert.equal(observation!["issued"], "2025-02-01T09:30:00+00:00");
  assert.equal(observation!["valueString"], "Eligible");
  assert.equal(observation!["id"], "assessment-A-1");
  assert.equal(observation!["performer"], undefined, "an empty cell leaves nothing half-filled");
});

test("bad rows are listed with row, column, value and reason; the good rows go in", () => {
  const { rows, faults } = read(
    [
      heading,
      "assessment,A-1,P1,,Fry,Ann,07/05/1940,F,Review,Done,31/02/2025,,",
      "assessment,A-2,P1,,Fry,Ann,07/05/1940,F,Review,Done,01/02/2025,,",
      "wedding,A-3,P1,,Fry,Ann,07/05/1940,F,Review,Done,01/02/2025,,",
      "assessment,A-4,,,Fry,Ann,07/05/1940,Q,Review,Done,,,",
      "assessment,A-5,P1",
      "",
      "contact,A-6,P1,,Fry,Ann,07/05/1940,F,Visit,,,01/07/2025 14:00,Home visit",
    ].join("\n"),
  );
  assert.deepEqual(
    rows.map((one) => [one.row, one.sourceKey]),
    [
      [3, "assessment:A-2"],
      [8, "contact:A-6"],
    ],
  );
  assert.deepEqual(
    faults.map((one) => [one.row, one.column, one.value]),
    [
      [2, "start_date", "31/02/2025"],
      [4, "record_type", "wedding"],
      [5, "gender", "Q"],
      [5, "person_id", ""],
      [5, "start_date", ""],
      [6, "", ""],
    ],
  );
  const encounter = rows[1]!.resources[0]! as unknown as { class: { code: string }; period: { start: string } };
  assert.equal(encounter.class.code, "HH");
  assert.equal(encounter.period.start, "2025-07-01T14:00:00+01:00", "summer time");
});

test("encodings: byte order mark, Windows-1252, UTF-16", () => {
  const line = `${heading}\r\nassessment,A-1,P1,,Müller,Zoë,1940,F,Review,Done,2025-02-01,,`;
  for (const bytes of [
    Buffer.from(`\ufeff${line}`),
    Buffer.from(line, "latin1"),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(line, "utf16le")]),
  ]) {
    const { rows, faults } = readCouncilCsv(bytes, layout);
    assert.deepEqual(faults, []);
    assert.equal(rows[0]!.sourcePatient.family, "Müller");
    assert.deepEqual(rows[0]!.sourcePatient.given, ["Zoë"]);
    assert.equal(rows[0]!.sourcePatient.birthDate, "1940");
  }
});

test("unknown columns are reported, aliases read, formulas stay text", () => {
  const { rows, faults } = read(
    'record_type,record_id,Client ID,NHS No,Surname,Forenames,DOB,type,start_date,outcome,shoe size\nassessment,A-1,P1,123,Fry,Ann,01/01/1950,Review,01/01/2024,"=HYPERLINK(""x"")",44',
  );
  assert.deepEqual(faults, [{ row: 1, column: "shoe size", value: "", why: "unknown column, not read" }]);
  assert.equal(rows[0]!.resources[0]!["valueString"], '=HYPERLINK("x")');
  assert.equal(rows[0]!.sourcePatient.nhsNumberText, "123");
});

test("what the council says of the number goes on: traced in its own words or as the national code, silence as nothing", () => {
  const status = (heading: string, cell: string): string | null =>
    read(`record_type,record_id,person_id,nhs_number,${heading},family_name,given_names,date_of_birth,type,outcome,start_date\nassessment,A-1,P1,9991234560,${cell},Fry,Ann,07/05/1940,Review,Done,01/02/2025`).rows[0]!.sourcePatient.nhsNumberStatus;
  assert.equal(status("nhs_number_status", "01"), "01");
  assert.equal(status("nhs_number_verification_status", "verified"), "01");
  assert.equal(status("nhs_number_status", "02"), "02");
  assert.equal(status("nhs_number_status", ""), null);
});

test("an unclosed quote and an empty file are faults, never a crash", () => {
  const broken = read(
    `${heading}\nassessment,A-1,P1,,Fry,Ann,07/05/1940,F,Review,Done,01/02/2025,,\nassessment,A-2,P1,,"Fry,Ann`,
  );
  assert.equal(broken.rows.length, 1);
  assert.equal(broken.faults.length, 1);
  assert.match(broken.faults[0]!.why, /quote/i);
  assert.equal(broken.faults[0]!.row, 3);
  assert.equal(read("").faults[0]!.why, "the file is empty");
});

test("every place in every template is a column of its layout", () => {
  for (const one of LAYOUTS) {
    const known = new Set([...Object.keys(one.columns), "row_id", "person_key"]);
    for (const match of JSON.stringify(one.kinds).matchAll(/\{\{(.+?)\}\}/g))
      assert.ok(known.has(match[1]!), `${one.id}: ${match[1]!}`);
    for (const kind of Object.values(one.kinds)) for (const name of kind.required) assert.ok(known.has(name));
  }
});
