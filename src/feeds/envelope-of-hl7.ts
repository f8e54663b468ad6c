/** What is known of HL7 v2 bytes before they are kept: whose they are, which lanes, and what is answered once they are. */
import type { Feed, Region } from "#governance";
import { uuidv7 } from "#platform";
import { acknowledgement, decodeHl7, locationWords, parseHl7, type Hl7Fault, type Hl7Message } from "#standards";
import type { Envelope } from "./inbox.ts";
import { lanesOf } from "./map/hl7v2/lanes.ts";
import { whyMayNotSend, type Peer } from "./peer.ts";

/** The feed of messages from a sender that no feed names; they are kept and refused. */
export const UNKNOWN_FEED = "unknown";

/** `message` and `feed` are missing where the bytes did not tell. */
export type ReadHl7 = { envelope: Envelope; message?: Hl7Message; feed?: Feed };

/**
 * Reads one message. What cannot be parsed, comes from a sender that no feed names,
 * or without that feed's certificate, is an envelope too: kept, and refused with
 * the place of the fault.
 */
export function envelopeOfHl7(bytes: Buffer, region: Region, peer: Peer): ReadHl7 {
  const parsed = parseHl7(decodeHl7(bytes));
  if (!parsed.ok) return refusedHl7(bytes, parsed.fault, parsed.head, parsed.head && feedOf(region, parsed.head));
  const { message } = parsed;
  const feed = feedOf(region, message);
  if (feed === undefined) {
    return refusedHl7(bytes, { ack: "AR", code: "207", location: { segment: "MSH", sequence: 1, field: 4 }, why: `no feed is registered for sending facility "${message.msh.text(4)}", application "${message.msh.text(3)}"` }, message, undefined);
  }
  const barred = whyMayNotSend(feed, peer);
  if (barred !== null) return refusedHl7(bytes, { ack: "AR", code: "207", location: { segment: "MSH", sequence: 1, field: 4 }, why: barred }, message, feed);
  const code = acceptCode(message, "AA");
  const envelope: Envelope = {
    feed: feed.id, format: "hl7v2", controlId: message.controlId, hasOwnId: true, kind: message.kind, laneKeys: lanesOf(message), bytes, state: "kept", acknowledged: code,
    ack: acknowledgement({ code, message, now: new Date(), id: uuidv7() }),
  };
  return { envelope, message, feed };
}

/** An envelope that is kept and answered with a fault. */
export function refusedHl7(bytes: Buffer, fault: Hl7Fault, message: Hl7Message | undefined, feed: Feed | undefined): ReadHl7 {
  const code = acceptCode(message, fault.ack);
  const ack = acknowledgement({ code, ...(message && { message }), fault, now: new Date(), id: uuidv7() });
  return {
    envelope: {
      feed: feed?.id ?? UNKNOWN_FEED, format: "unknown", controlId: message?.controlId ?? "", hasOwnId: true, kind: message?.kind ?? "unreadable", laneKeys: [], bytes, state: "rejected", acknowledged: code, ack,
      marks: [{ code: `feeds.hl7-${fault.code}`, why: fault.why, place: locationWords(fault.location) }],
    },
    ...(message && { message }),
    ...(feed && { feed }),
  };
}

/** By MSH-3 and MSH-4; where one feed alone has the facility, by MSH-4 whatever the application. */
export function feedOf(region: Region, message: Hl7Message): Feed | undefined {
  const [application, facility] = [message.msh.text(3), message.msh.text(4)];
  const ofFacility = region.feeds.filter((feed) => "mllp" in feed.transport && feed.transport.mllp.sendingFacility === facility);
  return ofFacility.find((feed) => "mllp" in feed.transport && feed.transport.mllp.sendingApplication === application) ?? (ofFacility.length === 1 ? ofFacility[0] : undefined);
}

/** True where the sender asked for enhanced mode: MSH-15 or MSH-16 says something. Source: HL7 v2.5.1 chapter 2.9.3. */
export const isEnhanced = (message: Hl7Message | undefined): boolean => message !== undefined && (message.msh.text(15) !== "" || message.msh.text(16) !== "");

/** The accept code of the sender's mode: AA is CA in enhanced mode, AE is CE, AR is CR. */
export function acceptCode(message: Hl7Message | undefined, code: "AA" | "AE" | "AR"): "AA" | "AE" | "AR" | "CA" | "CE" | "CR" {
  return isEnhanced(message) ? (`C${code[1]}` as "CA" | "CE" | "CR") : code;
}

/** Whether MSH-15 or MSH-16 (HL7 table 0155) wants an acknowledgement of this outcome. A missing MSH-15 beside an MSH-16 means never. */
export function wants(condition: string, good: boolean): boolean {
  switch (condition.trim().toUpperCase()) {
    case "AL":
      return true;
    case "SU":
      return good;
    case "ER":
      return !good;
    default:
      return false;
  }
}
