/** The HL7 v2 listener: frame, keep, acknowledge after the commit, in order, one acknowledgement a message. */
import { createServer, type Server, type Socket } from "node:net";
import type { Feed, Region } from "#governance";
import { log, uuidv7 } from "#platform";
import { acknowledgement, decodeHl7, locationWords, parseHl7, type Hl7Fault, type Hl7Message } from "#standards";
import type { Envelope, Inbox } from "./inbox.ts";
import { patientIds } from "./map/hl7v2/segments/pid.ts";
import { MllpFrames, type MllpPiece } from "./mllp-frames.ts";

/** The feed of messages from a sender that no feed names; they are kept and refused. */
export const UNKNOWN_FEED = "unknown";

/** A connection that sent half a frame and then nothing is told so after this time. */
const PATIENCE_MS = 10_000;
/** A sender that does not wait for answers is not read further while this many are being kept. */
const MOST_UNANSWERED = 64;

export type MllpStatistics = { received: number; acknowledged: number; refused: number; connections: number };

/** Makes the listener; `listen` it yourself. */
export function mllpServer(region: Region, inbox: Inbox, mostBytes: number, statistics: MllpStatistics): Server {
  // Half open: a sender that has said all it had still gets its answers.
  return createServer({ noDelay: true, keepAlive: true, allowHalfOpen: true }, (socket) => {
    statistics.connections++;
    serve(socket, region, inbox, mostBytes, statistics);
  });
}

function serve(socket: Socket, region: Region, inbox: Inbox, mostBytes: number, statistics: MllpStatistics): void {
  const frames = new MllpFrames(mostBytes);
  let answers: Promise<void> = Promise.resolve();
  let unanswered = 0;
  let timer: NodeJS.Timeout | undefined;

  const answer = (piece: MllpPiece): void => {
    statistics.received++;
    if (++unanswered >= MOST_UNANSWERED) socket.pause();
    const ack = receive(piece, region, inbox);
    // Keeping runs ahead; answers leave in the order of the messages.
    answers = answers.then(async () => {
      const text = await ack;
      statistics.acknowledged++;
      if (!text.includes("MSA|AA")) statistics.refused++;
      if (socket.writable) socket.write(`\x0b${text}\x1c\r`);
      if (--unanswered < MOST_UNANSWERED / 2 && socket.isPaused()) socket.resume();
    });
  };

  socket.on("data", (chunk: Buffer) => {
    clearTimeout(timer);
    for (const piece of frames.take(chunk)) answer(piece);
    if (frames.holds) timer = setTimeout(() => frames.finish("the frame was not ended within 10 s").forEach(answer), PATIENCE_MS).unref();
  });
  socket.on("end", () => {
    clearTimeout(timer);
    frames.finish("the connection ended before the frame did").forEach(answer);
    void answers.finally(() => socket.end());
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    clearTimeout(timer);
    statistics.connections--;
  });
}

/** Keeps one piece and gives its acknowledgement; AE with a retryable code where it could not be kept. */
async function receive(piece: MllpPiece, region: Region, inbox: Inbox): Promise<string> {
  const read = envelopeOf(piece, region);
  try {
    const kept = await inbox.keep(read.envelope);
    return kept.duplicate ? kept.ack : read.envelope.ack;
  } catch (error) {
    log("error", "feeds.not-kept", { feed: read.envelope.feed, error: (error as Error).message });
    const fault: Hl7Fault = { ack: "AE", code: "207", location: null, why: "could not be stored now; send it again" };
    return acknowledgement({ code: "AE", ...(read.message && { message: read.message }), fault, now: new Date(), id: uuidv7() });
  }
}

function envelopeOf(piece: MllpPiece, region: Region): { envelope: Envelope; message?: Hl7Message } {
  if (piece.kind !== "message") {
    const why = piece.kind === "garbage" ? "bytes outside a frame: a message is 0x0B, text, 0x1C 0x0D" : piece.why;
    return rejected(piece.bytes, { ack: "AR", code: "100", location: null, why }, undefined, UNKNOWN_FEED);
  }
  const parsed = parseHl7(decodeHl7(piece.bytes));
  if (!parsed.ok) return rejected(piece.bytes, parsed.fault, parsed.head, (parsed.head && feedOf(region, parsed.head)?.id) ?? UNKNOWN_FEED);
  const { message } = parsed;
  const feed = feedOf(region, message);
  if (feed === undefined) {
    return rejected(piece.bytes, { ack: "AR", code: "207", location: { segment: "MSH", sequence: 1, field: 4 }, why: `no feed is registered for sending facility "${message.msh.text(4)}", application "${message.msh.text(3)}"` }, message, UNKNOWN_FEED);
  }
  const pid = message.get("PID");
  const envelope: Envelope = {
    feed: feed.id, format: "hl7v2", controlId: message.controlId, hasOwnId: true, kind: message.kind, laneKey: (pid && (patientIds(pid, 3).localId ?? pid.text(2))) || message.controlId, bytes: piece.bytes, state: "kept", acknowledged: "AA",
    ack: acknowledgement({ code: "AA", message, now: new Date(), id: uuidv7() }),
  };
  return { envelope, message };
}

function rejected(bytes: Buffer, fault: Hl7Fault, message: Hl7Message | undefined, feed: string): { envelope: Envelope; message?: Hl7Message } {
  const ack = acknowledgement({ code: fault.ack, ...(message && { message }), fault, now: new Date(), id: uuidv7() });
  return {
    envelope: { feed, format: "unknown", controlId: message?.controlId ?? "", hasOwnId: true, kind: message?.kind ?? "unreadable", laneKey: "", bytes, state: "rejected", acknowledged: fault.ack, ack, marks: [{ code: `feeds.hl7-${fault.code}`, why: fault.why, place: locationWords(fault.location) }] },
    ...(message && { message }),
  };
}

/** By MSH-3 and MSH-4; where one feed alone has the facility, by MSH-4 whatever the application. */
export function feedOf(region: Region, message: Hl7Message): Feed | undefined {
  const [application, facility] = [message.msh.text(3), message.msh.text(4)];
  const ofFacility = region.feeds.filter((feed) => "mllp" in feed.transport && feed.transport.mllp.sendingFacility === facility);
  return ofFacility.find((feed) => "mllp" in feed.transport && feed.transport.mllp.sendingApplication === application) ?? (ofFacility.length === 1 ? ofFacility[0] : undefined);
}
