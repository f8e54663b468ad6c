/**
 * Who is told what: rooms below never import rooms above, so what must follow an
 * act of theirs is registered here, once in each process.
 */
import { lookAtApplied } from "#data-quality";
import { followApplied, followStored } from "#feeds";
import { followRelink, useApartKey } from "#identity";
import { deliverDocuments } from "#mailbox";
import { carryObjections } from "#objections";

/** @param secret the installation's key (`KMCR_SECRET`) */
export function wire(secret: string): void {
  useApartKey(secret);
  followRelink(carryObjections);
  followStored(deliverDocuments);
  followApplied(lookAtApplied);
}
