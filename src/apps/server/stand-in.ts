/** The stand-in sign-in providers, as a child of the supervisor (demonstration only). */
await import("../stand-in.ts");
process.on("disconnect", () => process.exit(0));
process.send?.({ type: "ready" });
