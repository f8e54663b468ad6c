/** ORC[ServiceRequest, DiagnosticReport, Immunization]: what an order is called, what became of it, who may see it. */
import type { Coding, Hl7Segment, Identifier } from "#standards";
import { CONFIDENTIALITY, ORDER_CONTROL, ORDER_STATUS } from "../codes/tables.ts";
import { codeOf, cx, ei, eip } from "../datatypes/index.ts";

/** Placer's and filler's numbers of ORC-2 and -3 (else OBR-2 and -3), and the numbers of the group. */
export function orderIdentifiers(orc: Hl7Segment | null, obr: Hl7Segment | null): Identifier[] {
  const placer = (orc && ei(orc, 2, "PLAC")) ?? (obr && ei(obr, 2, "PLAC"));
  const filler = (orc && ei(orc, 3, "FILL")) ?? (obr && ei(obr, 3, "FILL"));
  return [filler, placer].filter((each) => each !== undefined && each !== null);
}

/** ORC-4 as EI or EIP: the group's number. */
export function requisition(orc: Hl7Segment | null): Identifier | undefined {
  if (orc === null || !orc.has(4)) return undefined;
  return orc.text(4, 1, 1, 2) || orc.text(4, 2, 1, 1) ? (eip(orc, 4, 1, "PGN") ?? eip(orc, 4, 2, "FGN")) : ei(orc, 4, "PGN");
}

/** Group numbers and the further numbers of an order: ORC-4.2, ORC-33, ORC-38, OBR-53. */
export function furtherIdentifiers(orc: Hl7Segment | null, obr: Hl7Segment | null): Identifier[] {
  return [
    orc?.has(38) ? ei(orc, 38, "FGN") : orc ? eip(orc, 4, 2, "FGN") : undefined,
    (obr && cx(obr, 53, "PLAC")) ?? (orc ? cx(orc, 33, "PLAC") : undefined),
  ].filter((each) => each !== undefined && each !== null);
}

/** ORC-5, else ORC-1. */
export function orderStatus(orc: Hl7Segment | null): string {
  return (orc && (ORDER_STATUS[codeOf(orc, 5)] ?? ORDER_CONTROL[codeOf(orc, 1)])) ?? "unknown";
}

/** ORC-28: FHIR's own letters where it has them, so that labels follow; table 0177's else. */
export function confidentiality(orc: Hl7Segment | null): Coding[] | undefined {
  if (orc === null || !orc.has(28)) return undefined;
  return orc.repetitions(28).map((each) => orc.part(each, 1).trim().toUpperCase()).filter(Boolean).map((code) => CONFIDENTIALITY[code] ?? { system: "http://terminology.hl7.org/CodeSystem/v2-0177", code });
}

