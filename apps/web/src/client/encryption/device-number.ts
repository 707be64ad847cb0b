/**
 * The number by which people compare a device on two screens: twelve digits out of its fingerprint and its id. So many that nobody can
 * make a device with the same number in the minutes in which it would be of use.
 */
export async function deviceNumber(userId: string, deviceId: string, fingerprint: string): Promise<string> {
  const text = new TextEncoder().encode(JSON.stringify([userId, deviceId, fingerprint]));
  const digest = new DataView(await crypto.subtle.digest("SHA-256", text));
  const number = digest.getBigUint64(0) % 1_000_000_000_000n;
  return String(number)
    .padStart(12, "0")
    .replaceAll(/(\d{4})(?=\d)/g, "$1 ");
}
