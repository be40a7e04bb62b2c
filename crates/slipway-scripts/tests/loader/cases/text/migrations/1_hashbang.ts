#!/usr/bin/env tsx
export default async () => console.log('with a hashbang');
