/** A message tried out: what it would be answered, and what it would become. Pure: nothing is kept, nothing is stored. */
import type { Feed, Region } from "#governance";
import { entryOf, type EntryLine } from "#record";
import { sectionTitle, type Resource } from "#standards";
import { envelopeOfHl7 } from "./envelope-of-hl7.ts";
import { mapMessage } from "./map/index.ts";
import { checkBundle, readFhirBody } from "./map/fhir-r4/index.ts";
import type { Mapped, Mark } from "./mapped.ts";
import { withinRemit } from "./out-of-remit.ts";

export type TriedItem = { type: string; section: string; display: string; when: string | null; status: string; line: EntryLine; resource: Resource };
export type Tried = {
  /** `AA`, `AE`, `200`, `422`, ... */
  code: string;
  /** As it would be sent; empty where the answer depends on what is stored. */
  acknowledgement: string;
  findings: readonly Mark[];
  patients: readonly { localId: string; items: readonly TriedItem[]; removed: number; statements: readonly string[] }[];
  directory: readonly Resource[];
};

/** Tries bytes as a message of a feed. `received` stands for the moment of receipt. */
export function tryMessage(region: Region, feed: Feed, bytes: Buffer, received: Date): Tried {
  const answered = answerTo(region, feed, bytes);
  if (answered.refused) return { code: answered.code, acknowledgement: answered.acknowledgement, findings: answered.findings, patients: [], directory: [] };
  const result = mapMessage(region, feed, { feed: feed.id, messageId: "", received, format: feed.format, controlId: "", kind: answered.kind, lane: 0, otherLanes: [], attempts: 0, bytes });
  if (!result.ok) return { code: feed.format === "hl7v2" ? answered.code : "422", acknowledgement: answered.acknowledgement, findings: [...answered.findings, ...result.marks], patients: [], directory: [] };
  const remit = withinRemit(feed, result.mapped);
  return { code: answered.code, acknowledgement: answered.acknowledgement, findings: [...answered.findings, ...result.mapped.marks, ...faultsOf(result.mapped), ...remit.marks], ...becomes(remit.mapped) };
}

type Answer = { refused: boolean; code: string; acknowledgement: string; kind: string; findings: readonly Mark[] };

function answerTo(region: Region, feed: Feed, bytes: Buffer): Answer {
  if (feed.format === "fhir-r4") {
    const read = readFhirBody(bytes);
    const issues = read.ok ? checkBundle(read.body).issues : read.issues;
    const findings = issues.map((issue): Mark => ({ code: `feeds.fhir-${issue.code}`, why: issue.why, place: issue.expression }));
    return { refused: issues.length > 0, code: issues.length === 0 ? "200" : read.ok ? "422" : "400", acknowledgement: "", kind: "Bundle", findings };
  }
  if (feed.format !== "hl7v2") return { refused: false, code: "200", acknowledgement: "", kind: feed.options?.["layout"] ?? "structured record", findings: [] };
  // Whoever tries stands for the sender: its certificate is not asked for.
  const names = "mllp" in feed.transport ? (feed.transport.mllp.certificateNames ?? []) : [];
  const { envelope, feed: named } = envelopeOfHl7(bytes, region, { address: "", encrypted: true, protocol: "", cipher: "", certificate: { names, fingerprint: "", validFrom: new Date(0), validTo: new Date(0) } });
  const other: Mark[] = named !== undefined && named.id !== feed.id ? [{ code: "feeds.other-feed", why: `by MSH-3 and MSH-4 this is a message of feed ${named.id}, not of ${feed.id}`, place: "MSH-4" }] : [];
  return { refused: envelope.state === "rejected", code: envelope.acknowledged, acknowledgement: envelope.ack, kind: envelope.kind, findings: [...(envelope.marks ?? []), ...other] };
}

const faultsOf = (mapped: Mapped): Mark[] => (mapped.file?.file.faults ?? []).map((fault) => ({ code: `feeds.csv-${fault.code}`, why: fault.why, place: `row ${fault.row}${fault.column && `, column ${fault.column}`}` }));

function becomes(mapped: Mapped): Pick<Tried, "patients" | "directory"> {
  const resolve = (reference: string): Resource | undefined => mapped.targets?.get(reference)?.resource;
  return {
    patients: mapped.patients.map((patient) => ({
      localId: patient.localId,
      items: patient.items.map(({ resource }) => {
        const { section, display, when, status, line } = entryOf(resource, { resolve });
        return { type: resource.resourceType, section: sectionTitle(section), display, when, status, line, resource };
      }),
      removed: (patient.removed ?? []).length,
      statements: (patient.statements ?? []).map(({ section, text }) => `${sectionTitle(section)}: ${text}`),
    })),
    directory: mapped.directory.map(({ resource }) => resource),
  };
}
