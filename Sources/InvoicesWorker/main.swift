// Placeholder until the program's first file lands.
