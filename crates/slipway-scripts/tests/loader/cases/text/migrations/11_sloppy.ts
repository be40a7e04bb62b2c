export default async () => {
  const frozen = Object.freeze({ size: 1 });
  (frozen as { size: number }).size = 2;
  console.log(frozen.size);
};
