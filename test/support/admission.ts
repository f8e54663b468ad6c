/** An admission as one of the region's own hospitals sends it. */
import { MllpLine } from "./mllp-line.ts";

export type Admitted = { nhsNumber?: string; /** `Family^Given`. */ name: string; birth: string; sex?: string; street?: string; postcode?: string; phone?: string; /** PID-32 says that the number was traced and verified. */ traced?: boolean; /** PID-29, `20261101`: has died. */ died?: string; segments?: readonly string[] };

const stamp = (): string => `${new Date().toISOString().slice(0, 19).replace(/\D/g, "")}+0000`;

/** ADT^A01 of the hospital with this code about its own patient `id`. */
export function admission(facility: string, id: string, who: Admitted): string {
  const number = who.nhsNumber === undefined ? "" : `~${who.nhsNumber}^^^NHS^NH`;
  const pid = [`PID`, "1", "", `${id}^^^${facility}^MR${number}`, "", who.name, "", who.birth, who.sex ?? "F", "", "", `${who.street ?? `${id} Test Street`}^^Testham^^${who.postcode ?? ""}^GBR^H`, "", who.phone ?? ""];
  while (pid.length < 32) pid.push("");
  if (who.died !== undefined) [pid[29], pid[30]] = [who.died, "Y"];
  pid.push(who.traced === true ? "NSTS01" : "");
  return [`MSH|^~\\&|PAS|${facility}|KMCR|KMCR|${stamp()}||ADT^A01|${id}-${sent++}|P|2.4`, `EVN|A01|${stamp()}`, pid.join("|"), `PV1|1|I|WARD1^^^${facility}||||||||||||||||V-${id}`, ...(who.segments ?? []), ""].join("\r");
}
let sent = Date.now();

/** Sends messages in turn; each must be taken. */
export async function sendAll(mllpPort: number, ...messages: readonly string[]): Promise<void> {
  const line = await MllpLine.open(mllpPort);
  for (const each of messages) {
    const { code, text } = await line.send(each);
    if (code !== "AA") throw new Error(`not taken: ${text}`);
  }
  line.close();
}
