/** What the rules of data quality cost a message, on a stream that others wrote. */
import { issuesOf } from "#data-quality";
import type { AppliedMessage } from "#feeds";
import { numberOf, type SourcePatient } from "#identity";
import { decodeHl7, parseHl7 } from "#standards";
import { lacksOutsideData, simulatedHospital } from "#test/outside-data.ts";
import { mapHl7 } from "../src/feeds/map/hl7v2/index.ts";

const ROUNDS = 20;

export function bench(): Promise<Record<string, number>> {
  if (lacksOutsideData) throw new Error(lacksOutsideData);
  const applied = simulatedHospital().flatMap(({ bytes, controlId }): AppliedMessage[] => {
    const parsed = parseHl7(decodeHl7(bytes));
    const result = parsed.ok ? mapHl7(parsed.message, "Europe/London") : null;
    if (!parsed.ok || result?.ok !== true) return [];
    const { mapped } = result;
    const taken = mapped.patients.map((patient) => ({ patient, source: { status: patient.demographics === null ? "absent" : numberOf(patient.demographics).status } as SourcePatient }));
    return [{ message: { feed: "f", messageId: "m", received: new Date(), format: "hl7v2", controlId, kind: parsed.message.kind, lane: 0, otherLanes: [], attempts: 0 }, mapped, marks: mapped.marks, taken, sameIdOtherBytes: false }];
  });
  const round = (): number => applied.reduce((sum, each) => sum + issuesOf(each).length, 0);
  const issues = round();
  const before = process.threadCpuUsage();
  for (let index = 0; index < ROUNDS; index++) round();
  const { user, system } = process.threadCpuUsage(before);
  process.stdout.write(`${issues} issues in ${applied.length} messages\n`);
  return Promise.resolve({ rules_ms_a_message: Number(((user + system) / 1000 / ROUNDS / applied.length).toFixed(4)) });
}
