import settings, { locales } from '../lib/settings';
import * as all from '../lib/settings';
import double from '../lib/double';

export default async () => {
  console.log(settings.default.motto, locales.join(), all.locales.length);
  console.log(double(2), (double as any).unit, typeof (all as any).default);
};
