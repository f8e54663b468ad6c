/** Issuer of the stand-in that listens on a port. */
export function standInIssuer(port: number): string {
  return `http://localhost:${port}/cis2`;
}
