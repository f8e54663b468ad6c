/** The store of clinical rows. */
export * from "./entry.ts";
