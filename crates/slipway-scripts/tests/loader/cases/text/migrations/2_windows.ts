import { padLeft } from "../lib/pad";

export default async () => {
  const text = `a
b`;
  console.log(JSON.stringify(text), padLeft(1));
};
