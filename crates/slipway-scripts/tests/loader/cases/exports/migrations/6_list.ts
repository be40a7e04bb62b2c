export { run as default, later };

const before = run.name;

async function run(): Promise<void> {
  console.log(before, later);
}

const later = 'defined after the list';
