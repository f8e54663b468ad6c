/** The order groups of a message in their order: ORC, OBR, NTE, TQ1, then OBX each with its NTE, then SPM. */
import type { Hl7Message, Hl7Segment } from "#standards";

export type ResultLine = { obx: Hl7Segment; notes: Hl7Segment[] };
export type OrderGroup = { orc: Hl7Segment | null; obr: Hl7Segment | null; notes: Hl7Segment[]; tq1: Hl7Segment | null; results: ResultLine[]; spms: Hl7Segment[]; /** Segments of medicines and vaccinations. */ others: Hl7Segment[] };

/** Segments that begin what is ordered: a second one in a group begins the next group. */
const DETAILS = new Set(["OBR", "RXO", "RXE", "RXA"]);

export function orderGroups(message: Hl7Message): OrderGroup[] {
  const groups: OrderGroup[] = [];
  const begin = (orc: Hl7Segment | null): OrderGroup => {
    const group: OrderGroup = { orc, obr: null, notes: [], tq1: null, results: [], spms: [], others: [] };
    groups.push(group);
    return group;
  };
  let group: OrderGroup | undefined;
  let hasDetail = false;
  for (const segment of message.segments) {
    switch (segment.name) {
      case "ORC":
        group = begin(segment);
        hasDetail = false;
        break;
      case "OBR":
      case "RXO":
      case "RXE":
      case "RXA":
        // RXO before RXE is the order as it was asked for.
        if (group === undefined || (hasDetail && !(segment.name === "RXE" && group.others.every((each) => each.name !== "RXE")))) group = begin(null);
        hasDetail = DETAILS.has(segment.name);
        if (segment.name === "OBR") group.obr = segment;
        else group.others.push(segment);
        break;
      case "OBX":
        group ??= begin(null);
        group.results.push({ obx: segment, notes: [] });
        break;
      case "NTE":
        if (group !== undefined) (group.results.at(-1)?.notes ?? group.notes).push(segment);
        break;
      case "TQ1":
        if (group !== undefined) group.tq1 ??= segment;
        break;
      case "SPM":
        group?.spms.push(segment);
        break;
      case "RXR":
      case "RXC":
        group?.others.push(segment);
        break;
    }
  }
  return groups;
}
