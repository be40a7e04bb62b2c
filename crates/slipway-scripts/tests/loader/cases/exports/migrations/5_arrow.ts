type Migration = (client: unknown) => Promise<void>;

const migration: Migration = async () => console.log(migration.name);
export default migration;
