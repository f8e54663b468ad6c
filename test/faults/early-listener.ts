/**
 * The control: the product's own listener, made to acknowledge before the commit.
 * A fault run that does not find messages lost here would find them nowhere.
 * Reads KMCR_DATABASE and CONTROL_PORT; never part of the product.
 */
import { ApplicationAcks, Connections, Inbox, IntakeRoom, mllpServer, type Envelope, type Kept } from "#feeds";
import { isRegionFaults, loadRegion } from "#governance";
import { openPool, type DatabaseAddress } from "#platform";

class EarlyInbox extends Inbox {
  override keep(envelope: Envelope): Promise<Kept> {
    super.keep(envelope).catch(() => undefined);
    return Promise.resolve({ messageId: "", duplicate: false, ack: envelope.ack, state: envelope.state });
  }
}

const intake = openPool(JSON.parse(process.env["KMCR_DATABASE"]!) as DatabaseAddress, "kmcr_intake", 4);
const region = loadRegion("regions/kent-medway", ["regions/outside"]);
if (isRegionFaults(region)) throw new Error("the region has faults");
const mostBytes = 1_048_576;
mllpServer({
  region, inbox: new EarlyInbox(intake), mostBytes, intakeRoom: new IntakeRoom(4 * mostBytes), applicationAcks: new ApplicationAcks(intake), connections: new Connections(intake), closed: () => null,
  statistics: { received: 0, acknowledged: 0, refused: 0, connections: 0 },
}).listen(Number(process.env["CONTROL_PORT"]), "127.0.0.1", () => process.stdout.write("listening\n"));
