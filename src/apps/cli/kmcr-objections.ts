/** `npm run kmcr -- objections report`: was every objection kept to? For a schedule that wants an exit code. */
import { createAccess } from "#access";
import { complianceLine, keepRun } from "#objections";
import { addOperatorEntries, database } from "./installation.ts";
import { print, type Act, type Asked } from "./kmcr-act.ts";
import { checkCompliance } from "../objections/compliance-run.ts";

export const OBJECTION_ACTS: Readonly<Record<string, Act>> = {
  report: { takes: "", help: "holds every objection in force against the audit trail and present decisions; ends with 1 where one was not kept to", words: [0, 0], run: report },
};

async function report({ config, region, values, route }: Asked): Promise<void> {
  const [intake, pages] = [await database(config), await database(config, "kmcr_pages")];
  await addOperatorEntries(intake, region, [], { action: "audit-read", reason: "compliance report on objections", route }, { page: "compliance report" });
  const found = await checkCompliance({ region, pages, access: createAccess(region) }, new Date());
  await keepRun(pages, "asked", found);
  await Promise.all([intake.end(), pages.end()]);
  print(values, found, () => [complianceLine(found), ...found.breaches.map((each) => [each.at, each.reference, each.found, each.who, each.what].join("\t")), ...found.overdue.map((each) => `past its day\t${each.reference}\t${each.due}`)]);
  if (found.breaches.length > 0 || found.notWhole.length > 0) process.exitCode = 1;
}
