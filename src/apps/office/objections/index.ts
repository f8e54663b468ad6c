/** The objections office: forms from the public page, cases, letters, and the compliance report. */
import type { FastifyInstance } from "fastify";
import { acceptForms, type OfficeDeps } from "../officer.ts";
import { caseRoutes } from "./case.ts";
import { formRoutes } from "./form.ts";
import { letterRoutes } from "./letters.ts";
import { queueRoutes } from "./queue.ts";
import { reportRoutes } from "./report.ts";

export function objectionsOffice(app: FastifyInstance, deps: OfficeDeps): void {
  acceptForms(app);
  queueRoutes(app, deps);
  formRoutes(app, deps);
  letterRoutes(app, deps);
  caseRoutes(app, deps);
  reportRoutes(app, deps);
}
