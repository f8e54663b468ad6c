/** What the rules of data quality cost a message, on a stream that others wrote: the maps give what they look at. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { issuesOf } from "#data-quality";
import type { AppliedMessage } from "#feeds";
import { numberOf, type SourcePatient } from "#identity";
import { decodeHl7, parseHl7 } from "#standards";
import { lacksOutsideData, simulatedHospital } from "#test/outside-data.ts";
import { mapHl7 } from "../src/feeds/map/hl7v2/index.ts";

test("DQU-04 the rules cost less than 0.05 ms a message of a real stream", { skip: lacksOutsideData }, (t) => {
  const mapped = simulatedHospital().flatMap(({ bytes, controlId }): AppliedMessage[] => {
    const parsed = parseHl7(decodeHl7(bytes));
    const result = parsed.ok ? mapHl7(parsed.message, "Europe/London") : null;
    if (!parsed.ok || result?.ok !== true) return [];
    const { mapped: became } = result;
    const taken = became.patients.map((patient) => ({ patient, source: { status: patient.demographics === null ? "absent" : numberOf(patient.demographics).status } as SourcePatient }));
    return [{ message: { feed: "f", messageId: "m", received: new Date(), format: "hl7v2", controlId, kind: parsed.message.kind, lane: 0, otherLanes: [], attempts: 0 }, mapped: became, marks: became.marks, taken, sameIdOtherBytes: false }];
  });
  assert.ok(mapped.length > 500, `${mapped.length} messages`);
  const round = (): number => mapped.reduce((sum, each) => sum + issuesOf(each).length, 0);
  const issues = round();
  const rounds = 20;
  const before = process.threadCpuUsage();
  for (let index = 0; index < rounds; index++) round();
  const { user, system } = process.threadCpuUsage(before);
  const each = (user + system) / 1000 / rounds / mapped.length;
  t.diagnostic(`${each.toFixed(4)} ms a message, ${issues} issues in ${mapped.length} messages`);
  assert.ok(each < 0.05, `${each} ms a message`);
});
