/** Sessions and a history of many months, to look at. */
import { python } from './database';

/** Fills the database of a server; the people in it do the work. */
export function fill(data: string): void {
  python(data, 'fill');
}
