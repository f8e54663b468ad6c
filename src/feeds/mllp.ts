/** The HL7 v2 listener: frame, keep, acknowledge after the commit, in order, one acknowledgement a message. */
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TlsOptions } from "node:tls";
import type { Region } from "#governance";
import { log, uuidv7 } from "#platform";
import { acknowledgement, batchAcknowledgement, splitBatch, type Hl7Fault } from "#standards";
import type { ApplicationAcks } from "./application-acks.ts";
import type { Connections } from "./connections.ts";
import { acceptCode, envelopeOfHl7, isEnhanced, refusedHl7, wants, type ReadHl7 } from "./envelope-of-hl7.ts";
import { isLarge, type Inbox } from "./inbox.ts";
import type { IntakeRoom } from "./intake-room.ts";
import { MllpFrames, type MllpPiece } from "./mllp-frames.ts";
import { peerOf, type Peer } from "./peer.ts";

/** A connection that sent half a frame and then nothing is told so after this time. */
const PATIENCE_MS = 10_000;
/** A sender that does not wait for answers is not read further while this many are being kept. */
const MOST_UNANSWERED = 64;
const MOST_CONNECTIONS = 1000;

export type MllpStatistics = { received: number; acknowledged: number; refused: number; connections: number };

/** What the listener works with. */
export type MllpRoom = {
  region: Region;
  inbox: Inbox;
  /** Bytes a frame may have. */
  mostBytes: number;
  intakeRoom: IntakeRoom;
  applicationAcks: ApplicationAcks;
  connections: Connections;
  /** Why nothing can be kept now (no room on the disk); `null` where it can. */
  closed(): string | null;
  statistics: MllpStatistics;
};

/** Makes a listener; `listen` it yourself. With `tls` it asks each sender for a certificate (mutual TLS). */
export function mllpServer(room: MllpRoom, tls?: TlsOptions): Server {
  const serving = (socket: Socket): void => {
    room.statistics.connections++;
    serve(socket, room);
  };
  // Half open: a sender that has said all it had still gets its answers.
  const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 60_000, allowHalfOpen: true };
  const server = tls === undefined ? createServer(options, serving) : createTlsServer({ ...options, ...tls, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" }, serving);
  server.maxConnections = MOST_CONNECTIONS;
  server.on("tlsClientError", (error: Error, socket: Socket) => log("warn", "feeds.tls-refused", { address: socket.remoteAddress ?? "", error: error.message }));
  return server;
}

function serve(socket: Socket, room: MllpRoom): void {
  const { statistics, intakeRoom } = room;
  const frames = new MllpFrames(room.mostBytes);
  const peer = peerOf(socket);
  let answers: Promise<void> = Promise.resolve();
  /** What a large message holds up: the later ones of its own connection. */
  let before: Promise<unknown> = Promise.resolve();
  let unanswered = 0;
  let timer: NodeJS.Timeout | undefined;
  const say = (text: string): void => {
    if (socket.writable) socket.write(`\x0b${text}\x1c\r`);
  };

  const answer = (piece: MllpPiece): void => {
    statistics.received++;
    if (++unanswered >= MOST_UNANSWERED) socket.pause();
    const ack = before.then(() => receive(piece, room, peer, say));
    if (isLarge(piece.bytes)) before = ack;
    // Keeping runs ahead; answers leave in the order of the messages.
    answers = answers.then(async () => {
      const { text, good } = await ack;
      intakeRoom.give(socket, piece.bytes.length);
      statistics[good ? "acknowledged" : "refused"]++;
      if (text !== null) say(text);
      if (--unanswered < MOST_UNANSWERED / 2 && socket.isPaused() && !intakeRoom.holdsBack(socket)) socket.resume();
    });
  };

  socket.on("data", (chunk: Buffer) => {
    clearTimeout(timer);
    intakeRoom.add(socket, chunk.length);
    const held = frames.size;
    const pieces = frames.take(chunk);
    // Frame bytes and what was cut off belong to no message and are given up here.
    intakeRoom.give(socket, held + chunk.length - frames.size - pieces.reduce((sum, piece) => sum + piece.bytes.length, 0));
    for (const piece of pieces) answer(piece);
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
    intakeRoom.leave(socket);
    statistics.connections--;
  });
}

/** `text` is missing where the sender wants no acknowledgement of this outcome. */
type Answer = { text: string | null; good: boolean };

/** Keeps what one frame brought and gives its answer: an acknowledgement, or a batch of them for a batch. */
async function receive(piece: MllpPiece, room: MllpRoom, peer: Peer, say: (text: string) => void): Promise<Answer> {
  const file = piece.kind === "message" ? splitBatch(piece.bytes) : null;
  if (file === null) return receiveOne(readPiece(piece, room.region, peer), room, peer, say);
  // All at once: they are kept in the order in which they are offered, and share a commit.
  const answers = await Promise.all(file.batches.map((batch) => Promise.all(batch.messages.map((bytes) => receiveOne(envelopeOfHl7(Buffer.from(bytes), room.region, peer), room, peer, say)))));
  return { text: batchAcknowledgement(file, answers.map((batch) => batch.flatMap(({ text }) => text ?? [])), new Date(), uuidv7()), good: answers.flat().every(({ good }) => good) };
}

/** Keeps one message and gives its acknowledgement; AE with a retryable code where it could not be kept. */
async function receiveOne({ envelope, message, feed }: ReadHl7, room: MllpRoom, peer: Peer, say: (text: string) => void): Promise<Answer> {
  if (feed !== undefined) room.connections.saw(feed.id, "mllp", peer);
  const conditional = (text: string, good: boolean): Answer => ({ text: !isEnhanced(message) || wants(message!.msh.text(15), good) ? text : null, good });
  const closed = room.closed();
  try {
    if (closed !== null) throw new Error(closed);
    const kept = await room.inbox.keep(envelope);
    const isKept = kept.state !== "rejected";
    if (message !== undefined && isEnhanced(message)) room.applicationAcks.expect({ feed: envelope.feed, messageId: kept.messageId, state: kept.state, message, say });
    return conditional(kept.ack, isKept);
  } catch (error) {
    log("error", "feeds.not-kept", { feed: envelope.feed, error: (error as Error).message });
    const fault: Hl7Fault = { ack: "AE", code: "207", location: null, why: "could not be stored now; send it again" };
    return conditional(acknowledgement({ code: acceptCode(message, "AE"), ...(message && { message }), fault, now: new Date(), id: uuidv7() }), false);
  }
}

function readPiece(piece: MllpPiece, region: Region, peer: Peer): ReadHl7 {
  if (piece.kind === "message") return envelopeOfHl7(piece.bytes, region, peer);
  const why = piece.kind === "garbage" ? "bytes outside a frame: a message is 0x0B, text, 0x1C 0x0D" : piece.why;
  return refusedHl7(piece.bytes, { ack: "AR", code: "100", location: null, why }, undefined, undefined);
}
