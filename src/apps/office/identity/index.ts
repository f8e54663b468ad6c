/** The identity office: doubts, one doubt, a person's links, an act, and how well linking works. */
import type { FastifyInstance } from "fastify";
import { acceptForms } from "../officer.ts";
import { actRoutes } from "./act.ts";
import type { IdentityOfficeDeps } from "./officer.ts";
import { personRoutes } from "./person.ts";
import { queueRoutes } from "./queue.ts";
import { ratesRoutes } from "./rates.ts";
import { reviewRoutes } from "./review.ts";

export function identityOffice(app: FastifyInstance, deps: IdentityOfficeDeps): void {
  acceptForms(app);
  queueRoutes(app, deps);
  reviewRoutes(app, deps);
  personRoutes(app, deps);
  actRoutes(app, deps);
  ratesRoutes(app, deps);
}
