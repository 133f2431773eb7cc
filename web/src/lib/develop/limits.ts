// Limits of the API, in characters.
export const lengthLimits = { instructions: 4_000, model: 128 } as const;
