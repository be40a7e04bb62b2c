class Counter {
  accessor count = 1;
  static accessor all = 2;
}

export default async () => console.log(new Counter().count, Counter.all);
