import { planRegion, type RegionOptions } from "./region-messages.ts";
import type { MessageKind, Planned } from "./streams/message.ts";

/** How messages leave; a port, so that the demo, the command line and tests bring their own. */
export type Send = {
  /** Sends one HL7 v2 message and gives back the acknowledgement as it came. */
  mllp(feedId: string, message: Buffer): Promise<string>;
  /** Posts one body to the feed's route of its kind. */
  http(feedId: string, kind: Exclude<MessageKind, "hl7v2">, body: Buffer): Promise<{ status: number; body: string }>;
};

export type PlayOptions = RegionOptions & {
  readonly send: Send;
  /** Told after every message. */
  readonly progress?: (done: number, total: number) => void;
  /** Feeds that speak at the same time. */
  readonly feedsAtOnce?: number;
};

/** One message that was not taken: what the receiver said, for a person to read. */
export type NotTaken = {
  readonly feedId: string;
  readonly kind: MessageKind;
  readonly at: Date;
  readonly answer: string;
};

export type Played = { readonly sent: number; readonly notTaken: readonly NotTaken[] };

/**
 * Plays a region through real doors: several feeds at once, each in time order
 * with one message under way, since the next may build on it. An HL7 v2 message
 * counts as taken when MSA-2 is its own MSH-10 and MSA-1 is AA or CA; an HTTP one
 * with a status below 300. What is not taken is told and the feed goes on; a
 * connection that fails throws.
 */
export async function playRegion(options: PlayOptions): Promise<Played> {
  const { planned } = planRegion(options);
  const lanes = new Map<string, Planned[]>();
  for (const one of planned) {
    const lane = lanes.get(one.feedId);
    if (lane === undefined) lanes.set(one.feedId, [one]);
    else lane.push(one);
  }
  let done = 0;
  const notTaken: NotTaken[] = [];
  // The longest lanes start first, so that none is left alone at the end.
  const waiting = [...lanes.values()].toSorted((left, right) => right.length - left.length);
  const worker = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane !== undefined; lane = waiting.shift()) {
      for (const one of lane) {
        const answer = await sendOne(one, options.send);
        if (answer !== null) notTaken.push({ feedId: one.feedId, kind: one.kind, at: one.at, answer });
        options.progress?.(++done, planned.length);
      }
    }
  };
  await Promise.all(Array.from({ length: options.feedsAtOnce ?? 8 }, worker));
  return { sent: done, notTaken };
}

/** `null` where the message was taken, else what came back. */
async function sendOne(one: Planned, send: Send): Promise<string | null> {
  const body = one.write();
  if (one.kind === "hl7v2") return faultOf(body.toString(), await send.mllp(one.feedId, body));
  const { status, body: answer } = await send.http(one.feedId, one.kind, body);
  return status < 300 ? null : `${status} ${answer.slice(0, 400)}`;
}

/** Why an acknowledgement does not accept this message, or `null` where it does. */
export function faultOf(message: string, acknowledgement: string): string | null {
  const sent = message.split("\r", 1)[0]!.split("|")[9];
  const msa = acknowledgement
    .split(/[\r\n]+/)
    .find((line) => line.startsWith("MSA|"))
    ?.split("|");
  if (msa === undefined) return `no MSA in ${JSON.stringify(acknowledgement.slice(0, 200))}`;
  if (msa[2] !== sent) return `acknowledges ${msa[2] ?? "nothing"}, sent ${sent ?? "nothing"}`;
  return msa[1] === "AA" || msa[1] === "CA" ? null : acknowledgement.replaceAll("\r", " ").slice(0, 400);
}
