const FIRST_YEAR = 1900;
const LAST_YEAR = 2100;

/** Whether a day exists, in the years in which people were born. */
export function isDay(year: number, month: number, day: number): boolean {
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
