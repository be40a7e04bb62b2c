console.log('what it imports');
