/**
 * Sends queued documents by MESH and follows them: accepted by MESH, acknowledged by
 * the recipient's system, or undelivered and sent again. At least once, and in the
 * order of each source patient; the recipient knows a repeat by the Bundle's identifier.
 */
import type { Access } from "#access";
import { addEntries } from "#audit";
import type { Region } from "#governance";
import { readPersonsOf } from "#identity";
import type { MeshClient, MeshReport } from "#national";
import { isRefusal, log, uuidv7, type Clock, type DocumentStore, type Pool } from "#platform";
import { restored } from "#record";
import { documentMessage } from "./document-message.ts";
import { readFor } from "./read-for.ts";
import { readByMeshMessage, readToSend, readToTrack, writeStep, type Transmission } from "./store.ts";

export type MailRoom = {
  readonly region: Region;
  readonly access: Access;
  readonly intake: Pool;
  /** Where the documents themselves lie. */
  readonly documents: Pick<DocumentStore, "get">;
  readonly mesh: Pick<MeshClient, "send" | "track">;
  readonly publicUrl: string;
  readonly clock: Clock;
  /** How long after sending, and after each question, MESH is asked what became of a message; it must not be asked often. */
  readonly trackEveryMs: number;
};

/** A message that nobody collected is sent this often in all; then a human has to ring. */
const MOST_SENDS = 3;
/** What may not be sent is asked about again each day for so long: the registration may come after the letter, an objection may be withdrawn. */
const ASK_AGAIN_MS = 86_400_000;
const WITHHELD_FOR_MS = 14 * 86_400_000;
const AT_ONCE = 50;
const NEVER = new Date("9999-01-01");
/** Wait after the first try that failed; doubles up to an hour. */
const AGAIN_MS = 30_000;
const LONGEST_AGAIN_MS = 3_600_000;

/** Sends what is due; how many were sent. Stops at the first answer that MESH is away. */
export async function sendDeliveries(room: MailRoom): Promise<number> {
  const due = await readToSend(room.intake, room.clock.now(), MOST_SENDS, AT_ONCE);
  if (due.length === 0) return 0;
  const persons = await readPersonsOf(room.intake, due.map((each) => each.sourcePatientId));
  const held = new Set<string>();
  let sent = 0;
  for (const each of due) {
    const line = `${persons.get(each.sourcePatientId) ?? each.sourcePatientId} ${each.recipient}`;
    if (held.has(line)) continue;
    const outcome = await sendOne(room, each);
    if (outcome === "away") return sent;
    if (outcome === "failed") held.add(line);
    if (outcome === "sent") sent++;
  }
  return sent;
}

const again = (from: Date, attempts: number): Date => new Date(from.getTime() + Math.min(LONGEST_AGAIN_MS, AGAIN_MS * 2 ** Math.min(attempts, 10)));

async function sendOne(room: MailRoom, each: Transmission): Promise<"sent" | "done" | "failed" | "away"> {
  const { region, intake } = room;
  const now = room.clock.now();
  const recipient = region.organisation(each.recipient);
  if (recipient?.mesh === undefined) {
    await writeStep(intake, each, { state: "withheld", at: now, dueAt: NEVER, why: "the recipient has no mailbox in the region pack any more" }, "learned");
    return "done";
  }
  const readable = await readFor(intake, region, room.access, each, recipient.mesh.readAs, now);
  if (isRefusal(readable)) {
    const givenUp = now.getTime() - each.queuedAt.getTime() > WITHHELD_FOR_MS;
    await writeStep(intake, each, { state: "withheld", at: now, dueAt: givenUp ? NEVER : new Date(now.getTime() + ASK_AGAIN_MS), why: readable.code }, "learned");
    return "done";
  }
  const { decision, sourcePatient } = readable;
  // With the document in it, as its source sent it. A store that is away, or has lost it, is a try that failed.
  const resource = await restored(readable.item.resource, (hash) => room.documents.get(hash)).catch((error: Error) => {
    log("error", "mailbox.document", { delivery: each.deliveryId, error: error.message });
    return null;
  });
  if (resource === null) {
    await writeStep(intake, each, { state: each.state, at: now, dueAt: again(now, each.attempts), why: "the document could not be read from its store" }, "failed");
    return "failed";
  }
  const item = { ...readable.item, resource };
  const sender = { odsCode: each.sender, name: region.organisation(each.sender)?.name ?? each.sender };
  const body = documentMessage({ deliveryId: each.deliveryId, sender, recipient: { odsCode: recipient.odsCode, name: recipient.name }, publicUrl: room.publicUrl, sourcePatient, item, at: each.queuedAt });
  // Durable before a byte leaves.
  await addEntries(intake, [{
    personId: decision.personId, actor: decision.actor, purpose: decision.purpose, action: "deliver", outcome: "allowed", relationship: decision.relationship.words, reason: null, policy: decision.policy, decisionId: decision.id, route: `mesh ${each.workflowId}`, requestId: uuidv7(),
    sourcePatients: [each.sourcePatientId], shown: { page: "document", sections: [item.entry.section], items: 1, to: each.recipient, mailbox: each.mailbox, delivery: each.deliveryId },
  }]);
  const answer = await room.mesh.send({ to: recipient.mesh.mailbox, workflowId: recipient.mesh.workflows.documents, fileName: `${each.deliveryId}.json`, localId: `${each.deliveryId}.${each.sends + 1}`, bytes: Buffer.from(JSON.stringify(body)) });
  const at = room.clock.now();
  if (!isRefusal(answer)) {
    await writeStep(intake, each, { state: "accepted", at, dueAt: new Date(at.getTime() + room.trackEveryMs), meshMessageId: answer.messageId }, "sent");
    return "sent";
  }
  if (answer.code === "national.mesh-not-taken") {
    log("error", "mailbox.mesh-not-taken", { delivery: each.deliveryId, code: String(answer.details?.["errorCode"]) });
    await writeStep(intake, each, { state: "refused", at, dueAt: at, why: answer.message }, "failed");
    return "done";
  }
  log("warn", "mailbox.mesh-again", { delivery: each.deliveryId, code: answer.code });
  await writeStep(intake, each, { state: each.state, at, dueAt: again(at, each.attempts), why: answer.code }, "failed");
  return answer.kind === "unavailable" ? "away" : "failed";
}

/** Asks MESH what became of messages that it took a while ago. */
export async function trackDeliveries(room: MailRoom): Promise<void> {
  for (const each of await readToTrack(room.intake, room.clock.now(), AT_ONCE)) {
    const answer = await room.mesh.track({ messageId: each.meshMessageId! });
    const at = room.clock.now();
    const later = new Date(at.getTime() + room.trackEveryMs);
    if (isRefusal(answer)) {
      log("warn", "mailbox.mesh-not-tracked", { delivery: each.deliveryId, code: answer.code });
      await writeStep(room.intake, each, { state: "accepted", at, dueAt: later, why: answer.code }, "learned");
      if (answer.kind === "unavailable") return;
    } else if (answer.state === "undelivered") await undelivered(room, each, answer.status);
    else await writeStep(room.intake, each, { state: answer.state, at, dueAt: later }, "learned");
  }
}

/** A report of MESH on a message of ours: it is marked undelivered and sent again, each time after a longer wait. */
export async function reportUndelivered(room: Pick<MailRoom, "intake" | "clock" | "trackEveryMs">, report: MeshReport): Promise<void> {
  const each = await readByMeshMessage(room.intake, report.linkedMessageId);
  if (each === null) return log("warn", "mailbox.mesh-report-of-nothing", { message: report.linkedMessageId, code: report.statusCode });
  // An earlier report, or one that comes again, takes nothing back.
  if (each.state !== "accepted") return;
  await undelivered(room, each, `${report.description} (${report.statusCode})`);
}

async function undelivered(room: Pick<MailRoom, "intake" | "clock" | "trackEveryMs">, each: Transmission, why: string): Promise<void> {
  const at = room.clock.now();
  log("warn", "mailbox.mesh-undelivered", { delivery: each.deliveryId, sends: each.sends });
  await writeStep(room.intake, each, { state: "undelivered", at, dueAt: new Date(at.getTime() + room.trackEveryMs * 2 ** Math.max(0, each.sends - 1)), why }, "learned");
}
