/** The professional's pages. `wiring.ts` gives `ProfessionalDeps` and registers `professionalPages`; the rest is for other workspaces' error pages and for tests. */
export * from "./deps.ts";
export type { CareDeps } from "./care-routes.ts";
export type { ListKind, ListedPerson, ListsDeps, PeopleList } from "./lists-page.ts";
export { LATELY_MS } from "./live-routes.ts";
export { galleryRoutes } from "./gallery/routes.ts";
export type { AnsweredQuery, QueryMark } from "./query-page.ts";
export type { QueryDeps } from "./query-routes.ts";
export type { OwnRecordDeps } from "./own-record-routes.ts";
export type { ResultsDeps, TestValues } from "./results-routes.ts";
export { rolePreview } from "./role-preview.ts";
export { professionalPages } from "./plugin.ts";
export { defectPage, refusalPage, statusOf } from "./error-pages.ts";
export { FIND_BOX } from "./words/index.ts";
export { CATEGORIES, OWN_PAGES, GROUPS, categoryOf, pageOfSection } from "./categories.ts";
