export function chromiumPath(): string;
export const asRoot: string[];
