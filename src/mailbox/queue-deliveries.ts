/**
 * Which of the things that a message changed are delivered, and to whom: documents
 * of providers into the inbox of the practice where the person is registered. A
 * follower of `#feeds`: its rows commit with the documents.
 */
import type { StoredChange } from "#feeds";
import type { Region } from "#governance";
import { readRegisteredPractices } from "#identity";
import type { Sql } from "#platform";
import { parseResourceId } from "#record";
import { queueDeliveries, type NewDelivery } from "./store.ts";

/** Queues the deliveries of changed documents. A document that says something new is delivered again. */
export async function deliverDocuments(sql: Sql, region: Region, changes: readonly StoredChange[]): Promise<void> {
  const documents = changes.flatMap((change) => (isProvider(region, change.feed.organisation) ? change.changed.filter((each) => each.type === "DocumentReference").map((each) => ({ change, id: each.id })) : []));
  if (documents.length === 0) return;
  const practices = await readRegisteredPractices(sql, [...new Set(documents.map(({ change }) => change.sourcePatient.sourcePatientId))]);
  const queued: NewDelivery[] = [];
  for (const { change, id } of documents) {
    const sender = change.feed.organisation;
    const practice = region.organisation(practices.get(change.sourcePatient.sourcePatientId) ?? "");
    const key = parseResourceId(id);
    if (practice === undefined || practice.odsCode === sender || key === null) continue;
    queued.push({ sourcePatientId: key.sourcePatientId, resourceKey: key.resourceKey, feed: change.feed.id, messageId: change.messageId, sender, recipient: practice.odsCode, mesh: practice.mesh === undefined ? null : { mailbox: practice.mesh.mailbox, workflowId: practice.mesh.workflows.documents } });
  }
  await queueDeliveries(sql, queued, new Date());
}

/** A practice's own record is no post: another practice's letters came with a person who moved. */
const isProvider = (region: Region, odsCode: string): boolean => region.organisation(odsCode)?.type !== "gp-practice";
