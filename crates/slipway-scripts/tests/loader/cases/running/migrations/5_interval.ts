export default (client: any) =>
  new Promise<void>((resolve) => {
    let n = 0;
    const timer = setInterval(async () => {
      n += 1;
      if (n === 3) clearInterval(timer);
      await client.items.find(String(n));
      if (n === 3) resolve();
    }, 30);
  });
