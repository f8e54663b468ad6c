/** All SQL of the mailbox. */
import { isUuid, uuidv7, type Sql } from "#platform";

export type NewDelivery = { sourcePatientId: string; resourceKey: string; feed: string; messageId: string; sender: string; recipient: string; mesh: { mailbox: string; workflowId: string } | null };

/** Writes deliveries, and the transmissions of those that also go by MESH; one that is there already stays as it is. */
export async function queueDeliveries(sql: Sql, deliveries: readonly NewDelivery[], at: Date): Promise<void> {
  if (deliveries.length === 0) return;
  const rows = deliveries.map((each) => ({ ...each, deliveryId: uuidv7() }));
  const column = <T>(pick: (each: (typeof rows)[number]) => T): T[] => rows.map(pick);
  const { rows: made } = await sql.query<{ delivery_id: string }>(
    `insert into mailbox.delivery (source_patient_id, delivery_id, resource_key, feed, message_id, sender, recipient, queued_at)
     select n.source_patient_id, n.delivery_id, n.resource_key, n.feed, n.message_id, n.sender, n.recipient, $8 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::text[], $7::text[])
       as n(source_patient_id, delivery_id, resource_key, feed, message_id, sender, recipient) on conflict (source_patient_id, resource_key, message_id, recipient) do nothing returning delivery_id`,
    [column((each) => each.sourcePatientId), column((each) => each.deliveryId), column((each) => each.resourceKey), column((each) => each.feed), column((each) => each.messageId), column((each) => each.sender), column((each) => each.recipient), at],
  );
  const fresh = new Set(made.map((row) => row.delivery_id));
  const byMesh = rows.filter((each) => each.mesh !== null && fresh.has(each.deliveryId));
  if (byMesh.length === 0) return;
  await sql.query(
    `insert into mailbox.transmission (source_patient_id, delivery_id, recipient, mailbox, workflow_id, state, due_at, state_at)
     select n.source_patient_id, n.delivery_id, n.recipient, n.mailbox, n.workflow_id, 'waiting', $6, $6 from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[]) as n(source_patient_id, delivery_id, recipient, mailbox, workflow_id)`,
    [byMesh.map((each) => each.sourcePatientId), byMesh.map((each) => each.deliveryId), byMesh.map((each) => each.recipient), byMesh.map((each) => each.mesh!.mailbox), byMesh.map((each) => each.mesh!.workflowId), at],
  );
}

export type Signed = { at: Date; by: string; name: string };
/** What was delivered, without a clinical word. */
export type Delivery = { sourcePatientId: string; deliveryId: string; resourceKey: string; feed: string; messageId: string; sender: string; recipient: string; queuedAt: Date; read: Signed | null; acknowledged: Signed | null };
type DeliveryRow = { source_patient_id: string; delivery_id: string; resource_key: string; feed: string; message_id: string; sender: string; recipient: string; queued_at: Date; read_at: Date | null; read_by: string | null; read_by_name: string | null; acknowledged_at: Date | null; acknowledged_by: string | null; acknowledged_by_name: string | null };

const COLUMNS = "d.source_patient_id, d.delivery_id, d.resource_key, d.feed, d.message_id, d.sender, d.recipient, d.queued_at, d.read_at, d.read_by, d.read_by_name, d.acknowledged_at, d.acknowledged_by, d.acknowledged_by_name";
const signed = (at: Date | null, by: string | null, name: string | null): Signed | null => (at === null ? null : { at, by: by ?? "", name: name ?? "" });
const toDelivery = (row: DeliveryRow): Delivery => ({
  sourcePatientId: row.source_patient_id, deliveryId: row.delivery_id, resourceKey: row.resource_key, feed: row.feed, messageId: row.message_id, sender: row.sender, recipient: row.recipient, queuedAt: row.queued_at,
  read: signed(row.read_at, row.read_by, row.read_by_name), acknowledged: signed(row.acknowledged_at, row.acknowledged_by, row.acknowledged_by_name),
});

const LAST = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** What was delivered to an organisation, newest first. Ids and organisations alone: what of it may be shown, and to whom, is decided for each person. */
export async function readInbox(sql: Sql, recipient: string, options: { limit: number; before?: string; open?: boolean }): Promise<Delivery[]> {
  const { rows } = await sql.query<DeliveryRow>(`select ${COLUMNS} from mailbox.delivery d where d.recipient = $1 and d.delivery_id < $2 and (not $4::boolean or d.acknowledged_at is null) order by d.delivery_id desc limit $3`, [recipient, options.before ?? LAST, options.limit, options.open ?? false]);
  return rows.map(toDelivery);
}

/** One delivery to an organisation, or `null`: another's looks the same as none. */
export async function readDelivery(sql: Sql, recipient: string, sourcePatientId: string, deliveryId: string): Promise<Delivery | null> {
  if (!isUuid(sourcePatientId) || !isUuid(deliveryId)) return null;
  const { rows } = await sql.query<DeliveryRow>(`select ${COLUMNS} from mailbox.delivery d where d.source_patient_id = $1 and d.delivery_id = $2 and d.recipient = $3`, [sourcePatientId, deliveryId, recipient]);
  return rows[0] === undefined ? null : toDelivery(rows[0]);
}

/** Notes who first opened it; a later reader changes nothing. */
export function markRead(sql: Sql, delivery: Pick<Delivery, "sourcePatientId" | "deliveryId">, by: Signed): Promise<unknown> {
  return sql.query("update mailbox.delivery set read_at = $3, read_by = $4, read_by_name = $5 where source_patient_id = $1 and delivery_id = $2 and read_at is null", [delivery.sourcePatientId, delivery.deliveryId, by.at, by.by, by.name]);
}

/** Notes who acknowledged it; the first one stands. False where somebody had. */
export async function markAcknowledged(sql: Sql, delivery: Pick<Delivery, "sourcePatientId" | "deliveryId">, by: Signed): Promise<boolean> {
  const { rowCount } = await sql.query("update mailbox.delivery set acknowledged_at = $3, acknowledged_by = $4, acknowledged_by_name = $5 where source_patient_id = $1 and delivery_id = $2 and acknowledged_at is null", [delivery.sourcePatientId, delivery.deliveryId, by.at, by.by, by.name]);
  return rowCount === 1;
}

export type TransmissionState = "waiting" | "accepted" | "acknowledged" | "undelivered" | "refused" | "withheld";
/** How far a delivery got by MESH. */
export type Progress = { state: TransmissionState; sends: number; at: Date; why: string | null; meshMessageId: string | null };
export type SentDelivery = Delivery & { mesh: Progress | null };

/** What an organisation's documents became: delivered, read, acknowledged, newest first. Says nothing of persons. */
export async function readSent(sql: Sql, sender: string, options: { limit: number; before?: string }): Promise<SentDelivery[]> {
  const { rows } = await sql.query<DeliveryRow & { state: TransmissionState | null; sends: number; state_at: Date; why: string | null; mesh_message_id: string | null }>(
    `select ${COLUMNS}, t.state, t.sends, t.state_at, t.why, t.mesh_message_id from mailbox.delivery d left join mailbox.transmission t using (source_patient_id, delivery_id)
     where d.sender = $1 and d.delivery_id < $2 order by d.delivery_id desc limit $3`,
    [sender, options.before ?? LAST, options.limit],
  );
  return rows.map((row) => ({ ...toDelivery(row), mesh: row.state === null ? null : { state: row.state, sends: row.sends, at: row.state_at, why: row.why, meshMessageId: row.mesh_message_id } }));
}

/** A delivery that goes by MESH. */
export type Transmission = { sourcePatientId: string; deliveryId: string; resourceKey: string; feed: string; messageId: string; sender: string; recipient: string; mailbox: string; workflowId: string; state: TransmissionState; sends: number; attempts: number; dueAt: Date; queuedAt: Date; meshMessageId: string | null };
type TransmissionRow = { source_patient_id: string; delivery_id: string; resource_key: string; feed: string; message_id: string; sender: string; recipient: string; mailbox: string; workflow_id: string; state: TransmissionState; sends: number; attempts: number; due_at: Date; queued_at: Date; mesh_message_id: string | null };
const TRANSMISSION = "t.source_patient_id, t.delivery_id, d.resource_key, d.feed, d.message_id, d.sender, t.recipient, t.mailbox, t.workflow_id, t.state, t.sends, t.attempts, t.due_at, d.queued_at, t.mesh_message_id";
const toTransmission = (row: TransmissionRow): Transmission => ({
  sourcePatientId: row.source_patient_id, deliveryId: row.delivery_id, resourceKey: row.resource_key, feed: row.feed, messageId: row.message_id, sender: row.sender, recipient: row.recipient, mailbox: row.mailbox, workflowId: row.workflow_id,
  state: row.state, sends: row.sends, attempts: row.attempts, dueAt: row.due_at, queuedAt: row.queued_at, meshMessageId: row.mesh_message_id,
});

/**
 * What is to be sent now, oldest first. What stands behind a document of the same
 * source patient that waits for its next try waits too; behind one that MESH could
 * not deliver for days nothing waits.
 */
export async function readToSend(sql: Sql, now: Date, mostSends: number, limit: number): Promise<Transmission[]> {
  const { rows } = await sql.query<TransmissionRow>(
    `select ${TRANSMISSION} from mailbox.transmission t join mailbox.delivery d using (source_patient_id, delivery_id) where t.state in ('waiting', 'undelivered', 'withheld') and t.sends < $2 and t.due_at <= $1
       and not exists (select 1 from mailbox.transmission b where b.source_patient_id = t.source_patient_id and b.recipient = t.recipient and b.state = 'waiting' and b.due_at > $1 and b.delivery_id < t.delivery_id)
     order by t.delivery_id limit $3`,
    [now, mostSends, limit],
  );
  return rows.map(toTransmission);
}

/** What MESH has and nobody has acknowledged, and is to be asked about now. */
export async function readToTrack(sql: Sql, now: Date, limit: number): Promise<Transmission[]> {
  const { rows } = await sql.query<TransmissionRow>(`select ${TRANSMISSION} from mailbox.transmission t join mailbox.delivery d using (source_patient_id, delivery_id) where t.state = 'accepted' and t.due_at <= $1 order by t.due_at limit $2`, [now, limit]);
  return rows.map(toTransmission);
}

type Step = { state: TransmissionState; at: Date; dueAt: Date; why?: string; meshMessageId?: string };

/** Writes where a transmission stands now. `sent`: MESH took it once more; `failed`: one more try did not succeed. */
export function writeStep(sql: Sql, of: Pick<Transmission, "sourcePatientId" | "deliveryId">, step: Step, what: "sent" | "failed" | "learned"): Promise<unknown> {
  return sql.query(
    `update mailbox.transmission set state = $3, state_at = $4, due_at = $5, why = $6, mesh_message_id = coalesce($7, mesh_message_id), sends = sends + $8, attempts = case when $8 = 1 then 0 else attempts + $9 end, sent_at = case when $8 = 1 then $4 else sent_at end
     where source_patient_id = $1 and delivery_id = $2`,
    [of.sourcePatientId, of.deliveryId, step.state, step.at, step.dueAt, step.why?.slice(0, 500) ?? null, step.meshMessageId ?? null, what === "sent" ? 1 : 0, what === "failed" ? 1 : 0],
  );
}

/** The transmission of a message of ours that MESH reports on, by its id there. */
export async function readByMeshMessage(sql: Sql, meshMessageId: string): Promise<Transmission | null> {
  const { rows } = await sql.query<TransmissionRow>(`select ${TRANSMISSION} from mailbox.transmission t join mailbox.delivery d using (source_patient_id, delivery_id) where t.mesh_message_id = $1`, [meshMessageId]);
  return rows[0] === undefined ? null : toTransmission(rows[0]);
}

export type MeshTimes = { polledAt: Date | null; validatedAt: Date | null };

/** When the mailbox was last looked into and last validated. */
export async function readMeshTimes(sql: Sql, mailbox: string): Promise<MeshTimes> {
  const { rows } = await sql.query<{ polled_at: Date | null; validated_at: Date | null }>("select polled_at, validated_at from mailbox.mesh_mailbox where mailbox = $1", [mailbox]);
  return { polledAt: rows[0]?.polled_at ?? null, validatedAt: rows[0]?.validated_at ?? null };
}

/** Notes a look into the mailbox before it is taken, so that a process that dies in it does not look again at once. */
export function notePoll(sql: Sql, mailbox: string, at: Date): Promise<unknown> {
  return sql.query("insert into mailbox.mesh_mailbox (mailbox, polled_at) values ($1, $2) on conflict (mailbox) do update set polled_at = excluded.polled_at", [mailbox, at]);
}

export function noteValidated(sql: Sql, mailbox: string, at: Date): Promise<unknown> {
  return sql.query("insert into mailbox.mesh_mailbox (mailbox, validated_at) values ($1, $2) on conflict (mailbox) do update set validated_at = excluded.validated_at", [mailbox, at]);
}

/** What went wrong at the last look, or that it was good (`null`). */
export function noteFault(sql: Sql, mailbox: string, fault: string | null, at: Date): Promise<unknown> {
  return sql.query("update mailbox.mesh_mailbox set fault = $2, fault_at = $3 where mailbox = $1", [mailbox, fault, fault === null ? null : at]);
}
