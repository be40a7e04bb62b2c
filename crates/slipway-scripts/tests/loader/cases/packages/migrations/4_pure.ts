import { isDocument, validate } from 'datocms-structured-text-utils';
import _, { groupBy } from 'lodash';
import cloneDeep from 'lodash/cloneDeep';
import fp from 'lodash/fp';
import { v4, validate as isUuid } from 'uuid';

export default async () => {
  const document = { schema: 'dast' as const, document: { type: 'root' as const, children: [{ type: 'paragraph' as const, children: [] }] } };
  console.log(isDocument(document), validate(document).valid, JSON.stringify(groupBy([1, 2, 3], (n) => n % 2)));
  console.log(cloneDeep({ a: [1] }).a[0], _.template('a<%= b %>')({ b: 1 }), fp.map((n: number) => n + 1)([1]).join(), isUuid(v4()));
};
