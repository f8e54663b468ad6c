/**
 * Deliveries into partners' mailboxes: documents of providers into the inbox of the
 * practice where the person is registered, on a page of this product and, where the
 * practice has a mailbox, by MESH. Who read and acknowledged them stands with them.
 */
export { deliverDocuments } from "./queue-deliveries.ts";
export { documentMessage, type DocumentMessage } from "./document-message.ts";
export { oneRound, runMesh, type MeshLife } from "./run-mesh.ts";
export { reportUndelivered, sendDeliveries, trackDeliveries, type MailRoom } from "./send.ts";
export { markAcknowledged, markRead, readDelivery, readInbox, readSent, type Delivery, type Progress, type SentDelivery, type Signed, type TransmissionState } from "./store.ts";
