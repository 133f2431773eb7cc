// What forms have in common.

/** How long a text is as the server counts it. */
export function characters(text: string): number {
  return [...text].length;
}

/**
 * Finds the field that a sentence of the API is about: it begins with the
 * field's name. The sentence comes back with the word that the form has for
 * it, or with field null if it is about no field of the form.
 */
export function blame<Name extends string>(
  sentence: string,
  fields: Readonly<Record<Name, string>>,
): { field: Name | null; text: string } {
  for (const name of Object.keys(fields) as Name[]) {
    if (sentence.startsWith(`${name} `)) return { field: name, text: fields[name] + sentence.slice(name.length) };
  }
  return { field: null, text: sentence };
}
