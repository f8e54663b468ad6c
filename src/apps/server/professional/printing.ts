/** The press that makes files of records, one a web process; its child starts with the first form. */
import { pdfPress } from "#platform";
import type { ProfessionalDeps } from "../../professional/index.ts";

export function printingDeps(): Pick<ProfessionalDeps, "pdf"> {
  return { pdf: pdfPress() };
}
