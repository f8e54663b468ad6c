/** Touches the outside, knows no care. */
export * from "./problem.ts";
export * from "./html.ts";
export * from "./dates.ts";
export * from "./page.ts";
export * from "./assets.ts";
