/** The stand-in sign-in providers, as a child of the supervisor (demonstration only). */
import "../stand-in.ts";
import { serveUnderSupervisor } from "./context.ts";

// Nothing of theirs outlives a stop: sign-ins that are under way begin again.
serveUnderSupervisor(async () => undefined);
