/** What tests need of the verifier, which is plain JavaScript and shares no code with the product: a witness's key and its cosignature. */
import { fileURLToPath } from "node:url";

export const verifierFolder = fileURLToPath(new URL("../../kmcr-verify/", import.meta.url));
const { cosign, makeWitnessKey } = (await import(`${verifierFolder}note.mjs`)) as { cosign(text: string, name: string, secret: string, now?: Date): string; makeWitnessKey(name: string): { secret: string; text: string } };
export { cosign, makeWitnessKey };
