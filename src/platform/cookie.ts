/** Reading and writing the few cookies of this product. */

/** The value of one cookie, or `null`. */
export function readCookie(header: string | undefined, name: string): string | null {
  for (const part of (header ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

/** `__Host-` binds a cookie to this host and path over https; browsers refuse that prefix over http. */
export function cookieName(name: string, secure: boolean): string {
  return secure ? `__Host-${name}` : name;
}

/** A `Set-Cookie` header; `maxAgeSeconds` null lasts as long as the browser, 0 takes it away. */
export function cookieHeader(name: string, value: string, secure: boolean, maxAgeSeconds: number | null = null): string {
  const age = maxAgeSeconds === null ? "" : `; Max-Age=${maxAgeSeconds}`;
  return `${cookieName(name, secure)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}${age}`;
}
