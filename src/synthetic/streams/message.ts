/** How a message travels: over MLLP, or by HTTP to the route of its kind. */
export type MessageKind = "hl7v2" | "fhir-r4" | "gp-connect-stu3" | "csv";

/** One message of one feed, ready to send. */
export type RegionMessage = { feedId: string; kind: MessageKind; body: Buffer; at: Date };

/** A message whose body is written only when its turn comes, so that a large region never stands in memory as text. */
export type Planned = { feedId: string; kind: MessageKind; at: Date; write: () => Buffer };

/** The time order of a region: by instant; messages of one instant keep the order in which they were planned. */
export function inTimeOrder(planned: readonly Planned[]): Planned[] {
  return planned.toSorted((left, right) => left.at.getTime() - right.at.getTime());
}
