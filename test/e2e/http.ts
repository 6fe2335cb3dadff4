export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export const call = async (url: string, init?: RequestInit): Promise<Answer> => {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(10_000) });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

export const post = (url: string, body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  call(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });

export const expectStatus = (wanted: number, { status, body }: Answer): void => {
  if (status !== wanted) throw new Error(`status ${status} instead of ${wanted}: ${JSON.stringify(body)}`);
};
