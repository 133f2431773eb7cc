// What a command-line client needs to speak to this server.

/** Where the client looks for its configuration. */
export const configPath = '~/.config/neuralrepo/config.json';

/** The content of that file. */
export function clientConfig(origin: string, userId: string, apiKey: string): string {
  const config = { api_url: `${origin}/api/v1`, api_key: apiKey, user_id: userId, auth_method: 'api-key' };
  return `${JSON.stringify(config, null, 2)}\n`;
}

/** A call to try the key with. A key that may not read ideas can still ask whose it is. */
export function curlLine(origin: string, apiKey: string, scopes: readonly string[]): string {
  const path = scopes.includes('ideas:read') ? '/ideas?limit=5' : '/user/me';
  return `curl -H 'X-API-Key: ${apiKey}' '${origin}/api/v1${path}'`;
}

/** What a key with these scopes may do. */
export function scopeWords(scopes: readonly string[]): string {
  const read = scopes.includes('ideas:read');
  const write = scopes.includes('ideas:write');
  return read && write ? 'Read and write' : read ? 'Read only' : 'Write only';
}
