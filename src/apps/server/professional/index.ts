/** What the professional's pages ask for, from the rooms: the wiring of `apps/professional`. */
export { digestRoute } from "./digest.ts";
export { professionalDeps } from "./deps.ts";
export { actOf } from "./reader.ts";
export { rolePreviewer } from "./role-preview.ts";
export type { Rooms } from "./rooms.ts";
export { shellOf } from "./shell.ts";
