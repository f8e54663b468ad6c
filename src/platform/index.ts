/** Touches the outside, knows no care: database, configuration, ids, errors, pages. */
export * from "./assets.ts";
export * from "./clock.ts";
export * from "./config.ts";
export * from "./cookie.ts";
export * from "./database.ts";
export * from "./dates.ts";
export * from "./disk.ts";
export * from "./group-commit.ts";
export * from "./html.ts";
export * from "./ids.ts";
export * from "./log.ts";
export * from "./migrate.ts";
export * from "./origin-guard.ts";
export * from "./page.ts";
export * from "./postgres.ts";
export * from "./problem.ts";
export * from "./session.ts";
