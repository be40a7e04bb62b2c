import { addDays, format, parseISO } from 'date-fns';
import * as dates from 'date-fns';
import { render } from 'datocms-structured-text-to-plain-text';
import { ApiError } from '@datocms/rest-client-utils';
import { ApiError as OfTheClient } from '@datocms/cma-client-node';
import slugify from 'slugify';

const text = {
  schema: 'dast' as const,
  document: { type: 'root' as const, children: [{ type: 'paragraph' as const, children: [{ type: 'span' as const, value: 'Read more' }] }] },
};

export default async () => {
  console.log(slugify('Über die Maschinen', { lower: true }), require('slugify')('a b'), render(text));
  console.log(format(addDays(parseISO('2026-02-27'), 2), 'd MMMM yyyy'), dates.addDays === addDays, typeof (dates as any).default);
  console.log(addDays.name, ApiError === OfTheClient);
};
