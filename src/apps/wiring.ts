/**
 * Who is told what: rooms below never import rooms above, so what must follow an
 * act of theirs is registered here, once in each process.
 */
import { lookAtApplied } from "#data-quality";
import { followApplied, followStored } from "#feeds";
import { followRelink } from "#identity";
import { deliverDocuments } from "#mailbox";
import { carryObjections } from "#objections";

export function wire(): void {
  followRelink(carryObjections);
  followStored(deliverDocuments);
  followApplied(lookAtApplied);
}
