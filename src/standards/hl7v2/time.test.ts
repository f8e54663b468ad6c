import assert from "node:assert/strict";
import { test } from "node:test";
import { fhirDate, fhirDateTime } from "./time.ts";

const LONDON = "Europe/London";

test("a time without a zone takes the sender's: British winter and British summer differ", () => {
  assert.equal(fhirDateTime("20260115093000", LONDON), "2026-01-15T09:30:00+00:00");
  assert.equal(fhirDateTime("20260715093000", LONDON), "2026-07-15T09:30:00+01:00");
});

test("the clocks' change: the zone is that of the hour, on both days of the year", () => {
  assert.equal(fhirDateTime("20260329005959", LONDON), "2026-03-29T00:59:59+00:00");
  assert.equal(fhirDateTime("20260329020000", LONDON), "2026-03-29T02:00:00+01:00");
  assert.equal(fhirDateTime("20261025005959", LONDON), "2026-10-25T00:59:59+01:00");
  assert.equal(fhirDateTime("20261025020000", LONDON), "2026-10-25T02:00:00+00:00");
});

test("a zone that the sender gives is kept", () => {
  assert.equal(fhirDateTime("20260715093000+0530", LONDON), "2026-07-15T09:30:00+05:30");
  assert.equal(fhirDateTime("20260715093000.1234-0000", LONDON), "2026-07-15T09:30:00-00:00");
});

test("precision stays as it was sent", () => {
  assert.equal(fhirDateTime("2026", LONDON), "2026");
  assert.equal(fhirDateTime("202607", LONDON), "2026-07");
  assert.equal(fhirDateTime("20260715", LONDON), "2026-07-15");
  assert.equal(fhirDateTime("2026071509", LONDON), "2026-07-15", "an hour alone is no FHIR precision: its day");
  assert.equal(fhirDateTime("202607150930", LONDON), "2026-07-15T09:30:00+01:00");
});

test("what is no time gives nothing, never a guess", () => {
  for (const text of ["", "20261301", "20260230", "20260715T0930", "2026071524", "202607152460", "202607150960", "unknown", "0", "19451131"]) assert.equal(fhirDateTime(text, LONDON), null, text);
});

test("a date of birth is a date whatever time stands behind it", () => {
  assert.equal(fhirDate("19450714000000"), "1945-07-14");
  assert.equal(fhirDate("194507"), "1945-07");
  assert.equal(fhirDate("19450231"), null);
});
