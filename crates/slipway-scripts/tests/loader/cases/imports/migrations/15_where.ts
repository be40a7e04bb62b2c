export default async () => {
  console.log(__dirname.endsWith('migrations'), `${__dirname}/15_where.ts` === __filename, require.main === module);
};
